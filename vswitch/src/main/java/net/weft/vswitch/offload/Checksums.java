package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putU16;

import java.nio.ByteOrder;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.packet.InternetChecksum;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;

/**
 * Computes Internet checksums over the frames of a burst, whose bytes lie in the head and any number of body segments
 * of any length. The sum of a segment that starts at an odd offset is byte-swapped (RFC 1071, 2 B). Sums are compatible
 * with {@link InternetChecksum}.
 */
final class Checksums {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_HALF = 0xffff_ffffL;
    private static final int WORD_SHIFT = 3;

    private Checksums() {
    }

    /** Returns the sum of the bytes from {@code from}, which lies in the head, to {@code end} (exclusive). */
    static long sum(Burst burst, int frame, int from, int end) {
        int head = Math.min(burst.headLength[frame], end);
        long sum = sum(burst.head(frame) + from, head - from);
        int at = head;
        for (int n = 0; at < end; n++) {
            int bytes = Math.min(burst.bodyLength(frame, n), end - at);
            int part = sum(burst.bodyAddress(frame, n), bytes);
            sum += (at - from & 1) == 0 ? part : swapped(part);
            at += bytes;
        }
        return sum;
    }

    /**
     * Returns the sum of {@code bytes} bytes at an address as 16-bit words, the last padded with zero if odd: 0-0xffff.
     */
    static int sum(long address, int bytes) {
        int words = bytes >> WORD_SHIFT;
        long halves = 0;
        for (int n = 0; n < words; n++) { // as plain as this, the JIT compiler makes it one of vectors
            long word = Memory.getLong(address + ((long) n << WORD_SHIFT));
            halves += (word & LOW_HALF) + (word >>> 32);
        }
        int at = words << WORD_SHIFT;
        for (; at <= bytes - Short.BYTES; at += Short.BYTES) {
            halves += Short.toUnsignedInt(Memory.getShort(address + at));
        }
        if (at < bytes) {
            int last = Byte.toUnsignedInt(Memory.getByte(address + at));
            halves += LITTLE_ENDIAN ? last : last << 8;
        }
        int folded = InternetChecksum.fold(halves);
        return LITTLE_ENDIAN ? swapped(folded) : folded;
    }

    private static int swapped(int sum) {
        return Short.toUnsignedInt(Short.reverseBytes((short) sum));
    }

    /**
     * Returns the sum of the pseudo header of a packet of {@code length} transport bytes; the addresses are read from
     * the head.
     */
    static long pseudoHeader(Burst burst, int frame, long parsed, int protocol, int length) {
        long ip = burst.headOffset(frame) + HeaderParser.l3Offset(parsed);
        return Headers.isIpv6(parsed)
                ? InternetChecksum.ipv6PseudoHeader(burst.heads(), ip, protocol, length)
                : InternetChecksum.ipv4PseudoHeader(burst.heads(), ip, protocol, length);
    }

    /**
     * Completes the checksum of the transport packet from {@code l4} to {@code end} (exclusive), whose checksum field
     * holds the sum of the pseudo header.
     */
    static void complete(Burst burst, int frame, int l4, int end, boolean tcp) {
        long sum = sum(burst, frame, l4, end);
        putU16(burst.heads(), burst.headOffset(frame) + l4 + (tcp ? Tcp.CHECKSUM : Udp.CHECKSUM),
                tcp ? InternetChecksum.finish(sum) : InternetChecksum.finishUdp(sum));
    }
}
