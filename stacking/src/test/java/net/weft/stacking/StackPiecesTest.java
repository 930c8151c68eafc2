package net.weft.stacking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames that are longer than a stack link can carry: the workers' own code, on one thread. */
class StackPiecesTest {
    private static final long MS = InlineStack.MS;
    private static final int ETHERNET_BYTES = 14;

    private static byte[] frame(int payload, int mark) {
        byte[] frame = new byte[ETHERNET_BYTES + payload];
        for (int n = 0; n < 6; n++) {
            frame[n] = (byte) 255;
        }
        frame[6] = 2;
        frame[11] = 1;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xB4;
        for (int n = ETHERNET_BYTES; n < frame.length; n++) {
            frame[n] = (byte) (n * 7 + mark);
        }
        return frame;
    }

    private static InlineStack chain(int mtu, int count, LinkProtection protection) {
        int[] joined = new int[2 * (count - 1)];
        for (int n = 0; n < count - 1; n++) {
            joined[2 * n] = n + 1;
            joined[2 * n + 1] = n + 2;
        }
        InlineStack stack = new InlineStack(mtu, count, protection, joined);
        stack.run(300 * MS);
        return stack;
    }

    private static boolean isPiece(byte[] frame) {
        return frame[StackFrame.KIND] == StackFrame.PIECE;
    }

    /** Collects pieces of member 1's frames instead of passing them. */
    private static List<byte[]> held(InlineStack stack) {
        List<byte[]> held = new ArrayList<>();
        stack.tap = (from, to, bytes) -> {
            if (isPiece(bytes) && from == 1) {
                held.add(bytes);
                return List.of();
            }
            return List.of(bytes);
        };
        return held;
    }

    @ParameterizedTest
    @CsvSource({"1600, 1500, 0", "1500, 1500, 2", "1500, 1400, 0", "1500, 1419, 2", "1400, 1500, 2", "600, 1500, 3",
            "260, 1500, 7"})
    void shouldCutWhatDoesNotFit(int mtu, int payload, int pieces) {
        for (LinkProtection protection : LinkProtection.values()) {
            try (InlineStack stack = chain(mtu, 2, protection)) {
                List<byte[]> seen = new ArrayList<>();
                stack.tap = (from, to, bytes) -> {
                    if (isPiece(bytes)) {
                        seen.add(bytes);
                    }
                    assertThat(bytes.length).isLessThanOrEqualTo(mtu + ETHERNET_BYTES);
                    return List.of(bytes);
                };
                assertThat(stack.send(1, frame(payload, 0))).as("%s", protection).isEqualTo(Map.of(2, 1));
                boolean isWhole = protection == LinkProtection.NONE && payload == 1419;
                assertThat(seen).as("%s", protection).hasSize(isWhole ? 0 : pieces);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LinkProtection.class)
    void shouldForwardAlongAChainInPieces(LinkProtection protection) {
        try (InlineStack stack = chain(1500, 4, protection)) {
            for (int n = 0; n < 200; n++) {
                assertThat(stack.send(1 + n % 4, frame(1500 - n % 3, n))).as("frame %d", n).hasSize(3)
                        .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
            }
        }
    }

    /** A burst of frames that are cut is more than a burst on the link. */
    @Test
    void shouldSendABurstOfPieces() {
        try (InlineStack stack = chain(260, 2, LinkProtection.AUTHENTICATED)) {
            for (int n = 0; n < 30; n++) {
                assertThat(stack.member(1).port.send(frame(1500, n), 0)).isTrue();
            }
            stack.settle();
            for (int n = 0; n < 30; n++) {
                assertThat(stack.member(2).port.receive()).as("frame %d", n).isEqualTo(frame(1500, n));
            }
        }
    }

    @Test
    void shouldDropWhatWouldTakeTooManyPieces() {
        try (InlineStack stack = chain(205, 2, LinkProtection.AUTHENTICATED)) {
            assertThat(stack.send(1, frame(1500, 0))).isEmpty();
            assertThat(stack.member(1).drops(DropReason.OVERSIZE)).isEqualTo(1);
            assertThat(stack.send(1, frame(100, 0))).as("the control: a shorter one").isEqualTo(Map.of(2, 1));
        }
    }

    @Test
    void shouldJoinPiecesInAnyOrderAndOnce() {
        for (LinkProtection protection : LinkProtection.values()) {
            try (InlineStack stack = chain(600, 2, protection)) {
                List<byte[]> held = held(stack);
                for (int n = 0; n < 5; n++) {
                    assertThat(stack.send(1, frame(1500, n))).isEmpty();
                }
                List<byte[]> twice = new ArrayList<>(held);
                Collections.shuffle(twice, Seed.random(StackPiecesTest.class));
                int size = twice.size();
                for (int n = 0; n < size; n++) {
                    stack.member(2).cables.getFirst().send(twice.get(n), 0);
                }
                stack.settle();
                assertThat(stack.member(2).port.discard()).as("%s", protection).isEqualTo(5);
                if (protection != LinkProtection.NONE) {
                    held.forEach(piece -> stack.member(2).cables.getFirst().send(piece, 0));
                    stack.settle();
                    assertThat(stack.member(2).port.discard()).as("again").isZero();
                    assertThat(stack.member(2).drops(DropReason.REPLAYED)).isEqualTo(5);
                }
            }
        }
    }

    @Test
    void shouldCountFramesOfWhichAPieceIsLost() {
        try (InlineStack stack = chain(1500, 2, LinkProtection.AUTHENTICATED)) {
            stack.tap = (from, to, bytes) -> isPiece(bytes) && bytes[StackFrame.PIECE_INDEX] == 1
                    ? List.of()
                    : List.of(bytes);
            for (int n = 0; n < 100; n++) {
                assertThat(stack.send(1, frame(1500, n))).isEmpty();
            }
            long counted = stack.member(2).drops(DropReason.STACK_PIECES);
            assertThat(counted).as("all but those that may still be joined").isEqualTo(100 - 16);
            stack.tap = (from, to, bytes) -> List.of(bytes);
            assertThat(stack.send(1, frame(1500, 1))).as("the control").isEqualTo(Map.of(2, 1));
        }
    }

    /** Whoever sends pieces on the link can make frames be lost, but nothing else come out. */
    @ParameterizedTest
    @EnumSource(value = LinkProtection.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void shouldDeliverNothingThatWasChanged(LinkProtection protection) {
        Random random = Seed.random(StackPiecesTest.class);
        try (InlineStack stack = chain(600, 2, protection)) {
            List<byte[]> held = held(stack);
            for (int n = 0; n < 20; n++) {
                stack.send(1, frame(1500, n));
            }
            for (int n = 0; n < 10_000; n++) {
                byte[] piece = held.get(random.nextInt(held.size())).clone();
                for (int change = 1 + random.nextInt(3); change > 0; change--) {
                    int at = random.nextBoolean() ? ETHERNET_BYTES + random.nextInt(16) : random.nextInt(piece.length);
                    piece[at] = (byte) random.nextInt();
                }
                int length = random.nextInt(3) == 0 ? 1 + random.nextInt(piece.length) : piece.length;
                stack.member(2).cables.getFirst().send(java.util.Arrays.copyOf(piece, length), 0);
                stack.settle();
            }
            int out = 0;
            for (byte[] got = stack.member(2).port.receive(); got.length > 0; got = stack.member(2).port.receive()) {
                byte[] frame = got;
                assertThat(java.util.stream.IntStream.range(0, 20)
                        .anyMatch(n -> java.util.Arrays.equals(frame, frame(1500, n))))
                        .as("a frame that was sent").isTrue();
                out++;
            }
            assertThat(out).as("each once at most").isLessThanOrEqualTo(20);
            stack.run(100 * MS);
            stack.tap = (from, to, bytes) -> List.of(bytes);
            assertThat(stack.send(1, frame(1500, 1))).as("the control").isEqualTo(Map.of(2, 1));
        }
    }
}
