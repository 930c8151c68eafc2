package net.weft.packet;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU32;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071), over memory.
 * <p>A checksum is the {@link #finish finished} sum of its parts: {@link #sum} over ranges, a pseudo header, or both.
 * Parts are added with {@code +}; each but the last must have an even length. A range with a filled checksum field sums
 * to 0xffff, and finishes to 0, exactly when that field is correct. {@link #update} adjusts a checksum when one word of
 * its data changes.
 * <p>Sums do not depend on byte order (RFC 1071, 2 B), so whole longs are added in native order, their halves
 * separately so that no carry is lost; only the folded result is byte-swapped.
 */
public final class InternetChecksum {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int WORD_SHIFT = 3;
    private static final long LOW_HALF = 0xffff_ffffL;

    private InternetChecksum() {
    }

    /**
     * Returns the sum of a range as 16-bit words, the last padded with zero when the length is odd.
     *
     * @param length bytes, 0 to 2^31
     * @return 0-0xffff
     */
    public static long sum(MemorySegment segment, long offset, long length) {
        int words = (int) (length >>> WORD_SHIFT);
        long halves = 0;
        for (int n = 0; n < words; n++) { // as plain as this, the JIT compiler makes it one of vectors
            long word = segment.get(JAVA_LONG_UNALIGNED, offset + ((long) n << WORD_SHIFT));
            halves += (word & LOW_HALF) + (word >>> 32);
        }
        long position = (long) words << WORD_SHIFT;
        int folded = fold(halves);
        long sum = LITTLE_ENDIAN ? Short.toUnsignedInt(Short.reverseBytes((short) folded)) : folded;
        for (; position + Short.BYTES <= length; position += Short.BYTES) {
            sum += getU16(segment, offset + position);
        }
        if (position < length) {
            sum += getU8(segment, offset + position) << 8;
        }
        return fold(sum);
    }

    /**
     * Returns the sum of the IPv4 pseudo header (RFC 9293, 3.1; RFC 768) with the addresses of the header at {@code
     * ipOffset}.
     */
    public static long ipv4PseudoHeader(MemorySegment segment, long ipOffset, int protocol, int length) {
        return getU32(segment, ipOffset + Ipv4.SOURCE) + getU32(segment, ipOffset + Ipv4.DESTINATION) + protocol
                + length;
    }

    /**
     * Returns the sum of the IPv6 pseudo header (RFC 8200, 8.1) with the addresses of the header at {@code ipOffset}.
     */
    public static long ipv6PseudoHeader(MemorySegment segment, long ipOffset, int protocol, int length) {
        return sum(segment, ipOffset + Ipv6.SOURCE, 2L * Ipv6.ADDRESS_LENGTH) + protocol + length;
    }

    /** Folds a sum of parts to 16 bits with end-around carry; a sum other than 0 never folds to 0. */
    public static int fold(long sum) {
        long folded = (sum & LOW_HALF) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }

    /** Returns the checksum for a sum of parts, 0-0xffff. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /**
     * Returns the checksum as {@link #finish} does, but 0xffff instead of 0, which in UDP means that there is none (RFC
     * 768).
     */
    public static int finishUdp(long sum) {
        int checksum = finish(sum);
        return checksum == 0 ? 0xffff : checksum;
    }

    /** Returns the checksum after one 16-bit word of its data changed (RFC 1624, equation 3). */
    public static int update(int checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xffffL) + (~oldWord & 0xffffL) + (newWord & 0xffffL));
    }

    /** Returns the checksum after 32 aligned bits of its data changed, for example an IPv4 address. */
    public static int update32(int checksum, int oldBits, int newBits) {
        return finish((~checksum & 0xffffL) + (~oldBits & LOW_HALF) + (newBits & LOW_HALF));
    }
}
