package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.weft.packet.SlowParser.Flag;
import net.weft.packet.SlowParser.Result;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class HeaderParserTest {
    private static final int TYPE = Ethernet.TYPE;
    private static final Random RANDOM = Seed.random(HeaderParserTest.class);

    private static Result parse(byte[] head, int typeOffset, int frameLength) {
        return Result.of(HeaderParser.parse(Bytes.segment(head), Bytes.AT, typeOffset, head.length, frameLength));
    }

    private static byte[] frame(String hexAfterType, int length) {
        return Arrays.copyOf(Bytes.concat(new byte[12], Octets.ofHex(hexAfterType.replace(" ", "")).toArray()), length);
    }

    @Test
    void shouldFindTcpBehindIpv4Options() {
        byte[] frame = frame("0800 4600 0040 0000 0000 40 06 0000 0a000001 0a000002 01010101"
                + "0016 0017 00000000 00000000 8002", 78);

        assertThat(parse(frame, TYPE, 78)).isEqualTo(new Result(0x0800, 14, 38, 6, Set.of(Flag.L4_COMPLETE)));
        assertThat(parse(Arrays.copyOf(frame, 69), TYPE, 78))
                .isEqualTo(new Result(0x0800, 14, 38, 6, Set.of(Flag.TOO_LONG)));
        assertThat(parse(frame, TYPE, 77)).isEqualTo(new Result(0x0800, 14, 0, 0, Set.of(Flag.MALFORMED)));
    }

    @Test
    void shouldCountOffsetsFromTheFrameBehindTags() {
        byte[] frame = Bytes.concat(new byte[12], new byte[]{(byte) 0x88, (byte) 0xa8, 0, 1, (byte) 0x81, 0, 0, 2},
                Arrays.copyOfRange(frame("86dd 60000000 0008 3a ff", 62), 12, 62));

        assertThat(parse(frame, 20, frame.length))
                .isEqualTo(new Result(0x86dd, 22, 62, IpProtocol.ICMPV6, Set.of(Flag.L4_COMPLETE)));
    }

    @Test
    void shouldMarkFragments() {
        byte[] first = frame("0800 4500 0024 0000 2000 40 11 0000 0a000001 0a000002 0000 0000 1000", 60);
        byte[] later = frame("0800 4500 0024 0000 0001 40 11 0000 0a000001 0a000002", 60);

        assertThat(parse(first, TYPE, 60))
                .isEqualTo(
                        new Result(0x0800, 14, 34, 17, Set.of(Flag.FRAGMENT, Flag.FIRST_FRAGMENT, Flag.L4_COMPLETE)));
        assertThat(parse(later, TYPE, 60)).isEqualTo(new Result(0x0800, 14, 0, 17, Set.of(Flag.FRAGMENT)));
    }

    @Test
    void shouldRefuseFragmentsThatHideTheTcpHeader() {
        byte[] tiny = frame("0800 4500 0024 0000 2000 40 06 0000 0a000001 0a000002", 60);
        byte[] overlapping = frame("0800 4500 0024 0000 0001 40 06 0000 0a000001 0a000002", 60);
        byte[] beyondTheEnd = frame("0800 4500 0024 0000 1fff 40 11 0000 0a000001 0a000002", 60);

        for (byte[] frame : new byte[][]{tiny, overlapping, beyondTheEnd}) {
            assertThat(parse(frame, TYPE, 60).flags()).contains(Flag.FRAGMENT, Flag.MALFORMED)
                    .doesNotContain(Flag.L4_COMPLETE);
        }
    }

    @Test
    void shouldTakeTheLastByteOfTheLargestDatagram() {
        byte[] last = frame("0800 4500 001b 0000 1fff 40 11 0000 0a000001 0a000002", 60);
        byte[] beyond = frame("0800 4500 001c 0000 1fff 40 11 0000 0a000001 0a000002", 60);

        assertThat(parse(last, TYPE, 60).flags()).containsExactly(Flag.FRAGMENT);
        assertThat(parse(beyond, TYPE, 60).flags()).containsExactly(Flag.FRAGMENT, Flag.MALFORMED);
    }

    @Test
    void shouldBoundTheNumberOfExtensionHeaders() {
        for (int headers = 0; headers <= 12; headers++) {
            String chain = "3c00010400000000".repeat(Math.max(headers - 1, 0))
                    + (headers > 0 ? "1100010400000000" : "");
            String length = String.format("%04x", headers * 8 + 8);
            byte[] frame = frame("86dd 60000000" + length + (headers > 0 ? "3c" : "11") + "40" + "00".repeat(32) + chain
                    + "0000 0000 0008 0000", 62 + headers * 8);

            Result result = parse(frame, TYPE, frame.length);
            assertThat(result.flags()).containsExactly(headers <= 8 ? Flag.L4_COMPLETE : Flag.MALFORMED);
        }
    }

    @Test
    void shouldLookAtNoMoreThanTheLargestHead() {
        byte[] frame = frame("86dd 60000000 0400 3c 40" + "00".repeat(32) + "113f", 2000);

        assertThat(parse(frame, TYPE, 2000)).isEqualTo(new Result(0x86dd, 14, 0, 17, Set.of(Flag.TOO_LONG)));
    }

    /** Frames that pcap4j would build, changed and cut at random, and plain noise: the same as the slow parser, always. */
    @Test
    void shouldParseHostileBytesAsTheSlowParserDoes() {
        Map<Flag, Integer> seen = new EnumMap<>(Flag.class);
        for (int round = 0; round < 1_000_000; round++) {
            int length = 14 + RANDOM.nextInt(150);
            byte[] frame = HostileFrames.next(RANDOM, length);
            byte[] head = RANDOM.nextInt(3) == 0 ? Arrays.copyOf(frame, RANDOM.nextInt(length + 1)) : frame;
            int typeOffset = RANDOM.nextInt(20) == 0 ? 12 + 4 * RANDOM.nextInt(30) : TYPE;

            Result expected = SlowParser.parse(head, typeOffset, length);
            Result actual = parse(head, typeOffset, length);
            if (!actual.equals(expected)) {
                assertThat(actual).as("%s of %d, type at %d", Octets.of(head), length, typeOffset).isEqualTo(expected);
            }
            actual.flags().forEach(flag -> seen.merge(flag, 1, Integer::sum));
        }
        System.out.println("HeaderParserTest saw " + seen);
        assertThat(seen).hasSize(Flag.values().length)
                .allSatisfy((flag, times) -> assertThat(times).isGreaterThan(1000));
    }

    @Test
    void shouldAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment[] segments = new MemorySegment[64];
        Arrays.setAll(segments, i -> Bytes.segment(HostileFrames.next(RANDOM, 128)));
        long sum = parseAll(segments, 20_000);

        long before = threads.getCurrentThreadAllocatedBytes();
        sum += parseAll(segments, 20_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isNotZero();
        assertThat(allocated).as("bytes for 1.28 million frames").isLessThan(64_000);
    }

    private static long parseAll(MemorySegment[] segments, int rounds) {
        long sum = 0;
        for (int round = 0; round < rounds; round++) {
            for (MemorySegment segment : segments) {
                sum += HeaderParser.parse(segment, Bytes.AT, TYPE, 128, 1500);
            }
        }
        return sum;
    }
}
