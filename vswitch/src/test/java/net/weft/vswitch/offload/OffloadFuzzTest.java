package net.weft.vswitch.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.Test;

/**
 * Hostile headers: a million frames, most of them damaged, each with a word that is random or nearly right. The check must
 * pass exactly what the oracle passes, and what it passes must be cut as the oracle cuts it, from the frame's memory alone.
 */
class OffloadFuzzTest {
    private static final int ROUNDS = 1_000_000;
    private static final int MTU = 1500;
    private static final int[] TYPES = {0, 1, 3, 4, 5};
    private static final List<Integer> REASONS = List.of(OffloadCheck.PASS, DropReason.BAD_OFFLOAD.ordinal(),
            DropReason.MALFORMED.ordinal(), DropReason.HEADER_TOO_LONG.ordinal());

    private final long seed = Seed.of(OffloadFuzzTest.class);
    private final Random random = new Random(seed);

    @Test
    void shouldPassAndCutExactlyWhatTheOracleDoes() {
        int passed = 0;
        try (FrameMemory memory = new FrameMemory(); Segmenter segmenter = new Segmenter()) {
            for (int round = 0; round < ROUNDS; round++) {
                SampleFrame sample = SampleFrame.any(random, random.nextInt(50) == 0 ? 3000 : 400);
                byte[] whole = sample.build(random);
                boolean sctp = !sample.tcp() && random.nextBoolean();
                if (sctp) {
                    whole[NaiveOffload.layoutOf(whole).lastNextHeader()] = (byte) 132;
                }
                byte[] frame = damaged(whole);
                NaiveOffload.Header header = random.nextInt(4) == 0
                        ? randomHeader()
                        : sctp ? sctpHeader(sample) : nearHeader(sample);
                if (passes(memory, frame, header, round)) {
                    passed++;
                    shouldCutAsTheOracle(memory, segmenter, frame, header, round);
                }
            }
        }
        assertThat(passed).as("rounds that tested cutting, seed %d", seed).isGreaterThan(ROUNDS / 10);
    }

    private boolean passes(FrameMemory memory, byte[] frame, NaiveOffload.Header header, int round) {
        long word = Offload.of((header.partial() ? 1 : 0) | random.nextInt(128) << 1, header.type(), header.size(),
                header.start(), header.offset(), random.nextInt(1024));
        memory.load(frame, word, random, 1 + random.nextInt(Burst.MAX_BODY_SEGMENTS));
        int result = OffloadCheck.validate(memory.burst, 0);
        boolean expected = NaiveOffload.accepts(frame, header);
        if (expected != (result == OffloadCheck.PASS) || !REASONS.contains(result)) {
            throw new AssertionError("%s: got %d, expected %s, round %d of seed %d".formatted(header, result,
                    expected ? "to pass" : "a refusal", round, seed));
        }
        return result == OffloadCheck.PASS;
    }

    private void shouldCutAsTheOracle(FrameMemory memory, Segmenter segmenter, byte[] frame, NaiveOffload.Header header,
            int round) {
        if (memory.burst.offload[0] == 0) {
            return;
        }
        segmenter.start(memory.burst, 0, MTU);
        List<byte[]> expected = List.of();
        int n = 0;
        while (segmenter.next()) {
            Burst pieces = segmenter.burst();
            for (int i = 0; i < pieces.count; i++, n++) {
                byte[] piece = FrameMemory.bytes(pieces, i, memory.burst.tag[0]);
                if (n == 0) {
                    expected = NaiveOffload.pieces(frame, header, MTU, fragmentIdentification(piece, frame));
                }
                assertThat(piece).as("piece %d of %s, round %d of seed %d", n, header, round, seed)
                        .isEqualTo(expected.get(n));
                for (int body = 0; body < pieces.bodyCount(i); body++) {
                    assertThat(memory.owns(pieces.bodyAddress(i, body), pieces.bodyLength(i, body)))
                            .as("round %d of seed %d", round, seed).isTrue();
                }
            }
        }
        assertThat(n).as("pieces of %s, round %d of seed %d", header, round, seed).isEqualTo(expected.size());
    }

    private static int fragmentIdentification(byte[] piece, byte[] frame) {
        NaiveOffload.Layout at = NaiveOffload.layout(frame);
        return at == null || at.l4() + 8 > piece.length
                ? 0
                : NaiveOffload.u16(piece, at.l4() + 4) << 16 | NaiveOffload.u16(piece, at.l4() + 6);
    }

    private byte[] damaged(byte[] frame) {
        byte[] damaged = switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(frame, 14 + random.nextInt(frame.length - 13));
            case 1 -> Arrays.copyOf(frame, frame.length + random.nextInt(40));
            default -> frame;
        };
        for (int flips = Math.max(0, random.nextInt(6) - 3); flips > 0; flips--) {
            damaged[12 + random.nextInt(Math.min(damaged.length, 130) - 12)] = (byte) random.nextInt();
        }
        return damaged;
    }

    private NaiveOffload.Header randomHeader() {
        return new NaiveOffload.Header(random.nextBoolean(), random.nextInt(256), random.nextInt(65536),
                random.nextInt(65536), random.nextInt(64));
    }

    private NaiveOffload.Header sctpHeader(SampleFrame sample) {
        boolean exact = random.nextInt(4) > 0;
        return new NaiveOffload.Header(random.nextInt(8) > 0,
                random.nextInt(8) > 0 ? 0 : TYPES[random.nextInt(TYPES.length)],
                random.nextInt(300), sample.l4() + (exact ? 0 : random.nextInt(5) - 2), exact ? 8 : random.nextInt(20));
    }

    private NaiveOffload.Header nearHeader(SampleFrame sample) {
        boolean exact = random.nextInt(4) > 0;
        int type = sample.tcp() ? sample.ipv6() ? 4 : 1 : random.nextBoolean() ? 3 : 5;
        return new NaiveOffload.Header(random.nextInt(8) > 0,
                random.nextInt(4) > 0 ? type : TYPES[random.nextInt(TYPES.length)] | (exact ? 0 : 0x80),
                random.nextInt(300), sample.l4() + (exact ? 0 : random.nextInt(5) - 2),
                exact ? sample.tcp() ? 16 : 6 : random.nextInt(20));
    }
}
