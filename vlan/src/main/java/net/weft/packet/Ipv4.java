package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/** The IPv4 header (RFC 791, 3.1) with its options. */
public final class Ipv4 {
    public static final int VERSION_IHL = 0;
    public static final int TOS = 1;
    public static final int TOTAL_LENGTH = 2;
    public static final int IDENTIFICATION = 4;
    public static final int FRAGMENT = 6;
    public static final int TTL = 8;
    public static final int PROTOCOL = 9;
    public static final int CHECKSUM = 10;
    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;
    public static final int OPTIONS = 20;
    public static final int MIN_LENGTH = 20;
    public static final int MAX_LENGTH = 60;

    /** The flags returned by {@link #flags}; the third and highest, 4, is reserved. */
    public static final int MORE_FRAGMENTS = 1;
    public static final int DONT_FRAGMENT = 2;

    private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
    private static final int FRAGMENT_BITS = MORE_FRAGMENTS << 13 | FRAGMENT_OFFSET_MASK;

    private Ipv4() {
    }

    /**
     * Returns whether a whole header, options included, lies within {@code available} readable bytes and its lengths are
     * consistent. The payload may end beyond them; the checksum is not verified.
     */
    public static boolean check(MemorySegment segment, long offset, int available) {
        if (available < MIN_LENGTH || version(segment, offset) != 4) {
            return false;
        }
        int length = headerLength(segment, offset);
        return length >= MIN_LENGTH && length <= available && totalLength(segment, offset) >= length;
    }

    public static int version(MemorySegment segment, long offset) {
        return getU8(segment, offset + VERSION_IHL) >>> 4;
    }

    /** Returns the bytes of the header with its options, 0-60 according to its length field. */
    public static int headerLength(MemorySegment segment, long offset) {
        return (getU8(segment, offset + VERSION_IHL) & 0xf) * 4;
    }

    /** Returns DSCP and ECN together, 8 bits. */
    public static int tos(MemorySegment segment, long offset) {
        return getU8(segment, offset + TOS);
    }

    /** Returns the bytes of header and payload. */
    public static int totalLength(MemorySegment segment, long offset) {
        return getU16(segment, offset + TOTAL_LENGTH);
    }

    public static int identification(MemorySegment segment, long offset) {
        return getU16(segment, offset + IDENTIFICATION);
    }

    /** Returns {@link #MORE_FRAGMENTS}, {@link #DONT_FRAGMENT} and the reserved bit. */
    public static int flags(MemorySegment segment, long offset) {
        return getU16(segment, offset + FRAGMENT) >>> 13;
    }

    /** Returns the offset of this fragment's payload in the payload of the whole datagram, in bytes, 0-65528. */
    public static int fragmentOffset(MemorySegment segment, long offset) {
        return (getU16(segment, offset + FRAGMENT) & FRAGMENT_OFFSET_MASK) * 8;
    }

    /** Returns whether the packet is a fragment, the first one included. */
    public static boolean isFragment(MemorySegment segment, long offset) {
        return (getU16(segment, offset + FRAGMENT) & FRAGMENT_BITS) != 0;
    }

    public static int ttl(MemorySegment segment, long offset) {
        return getU8(segment, offset + TTL);
    }

    public static int protocol(MemorySegment segment, long offset) {
        return getU8(segment, offset + PROTOCOL);
    }

    public static int checksum(MemorySegment segment, long offset) {
        return getU16(segment, offset + CHECKSUM);
    }

    public static int source(MemorySegment segment, long offset) {
        return getInt(segment, offset + SOURCE);
    }

    public static int destination(MemorySegment segment, long offset) {
        return getInt(segment, offset + DESTINATION);
    }

    /** Returns whether the header checksum is correct. */
    public static boolean isChecksumValid(MemorySegment segment, long offset) {
        return InternetChecksum.finish(InternetChecksum.sum(segment, offset, headerLength(segment, offset))) == 0;
    }

    /** Computes the header checksum and writes it into the header. */
    public static void fillChecksum(MemorySegment segment, long offset) {
        putU16(segment, offset + CHECKSUM, 0);
        putU16(segment, offset + CHECKSUM,
                InternetChecksum.finish(InternetChecksum.sum(segment, offset, headerLength(segment, offset))));
    }

    /**
     * A header as a value. {@link #emit} writes the given checksum; {@link Ipv4#fillChecksum} computes it afterwards.
     *
     * @param tos 8 bits
     * @param totalLength bytes of header and payload, 16 bits
     * @param identification 16 bits
     * @param flags 3 bits
     * @param fragmentOffset bytes, a multiple of 8 up to 65528
     * @param ttl 8 bits
     * @param protocol 8 bits
     * @param checksum 16 bits
     * @param options up to 40 bytes, a multiple of 4
     */
    public record Header(int tos, int totalLength, int identification, int flags, int fragmentOffset, int ttl,
            int protocol, int checksum, int source, int destination, Octets options) {
        public Header {
            Fields.unsigned("TOS", tos, 8);
            Fields.unsigned("total length", totalLength, 16);
            Fields.unsigned("identification", identification, 16);
            Fields.unsigned("flags", flags, 3);
            Fields.length("fragment offset", fragmentOffset, 0, 8 * FRAGMENT_OFFSET_MASK, 8);
            Fields.unsigned("TTL", ttl, 8);
            Fields.unsigned("protocol", protocol, 8);
            Fields.unsigned("checksum", checksum, 16);
            Fields.length("IPv4 options", options.length(), 0, MAX_LENGTH - MIN_LENGTH, 4);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Ipv4#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "IPv4", available);
            return new Header(Ipv4.tos(segment, offset), Ipv4.totalLength(segment, offset),
                    Ipv4.identification(segment, offset), Ipv4.flags(segment, offset),
                    Ipv4.fragmentOffset(segment, offset), Ipv4.ttl(segment, offset), Ipv4.protocol(segment, offset),
                    Ipv4.checksum(segment, offset), Ipv4.source(segment, offset), Ipv4.destination(segment, offset),
                    Octets.of(segment, offset + OPTIONS, headerLength(segment, offset) - MIN_LENGTH));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return MIN_LENGTH + options.length();
        }

        public void emit(MemorySegment segment, long offset) {
            putU8(segment, offset + VERSION_IHL, 4 << 4 | length() / 4);
            putU8(segment, offset + TOS, tos);
            putU16(segment, offset + TOTAL_LENGTH, totalLength);
            putU16(segment, offset + IDENTIFICATION, identification);
            putU16(segment, offset + FRAGMENT, flags << 13 | fragmentOffset / 8);
            putU8(segment, offset + TTL, ttl);
            putU8(segment, offset + PROTOCOL, protocol);
            putU16(segment, offset + CHECKSUM, checksum);
            putInt(segment, offset + SOURCE, source);
            putInt(segment, offset + DESTINATION, destination);
            options.emit(segment, offset + OPTIONS);
        }
    }
}
