package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/** The IPv6 fragment header (RFC 8200, 4.5). */
public final class Ipv6Fragment {
    public static final int NEXT_HEADER = 0;
    public static final int RESERVED = 1;
    public static final int FRAGMENT = 2;
    public static final int IDENTIFICATION = 4;
    public static final int LENGTH = 8;

    private static final int OFFSET_MASK = 0xfff8;

    private Ipv6Fragment() {
    }

    /** Returns whether a whole header lies within {@code available} readable bytes. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH;
    }

    /** Returns the protocol of the first header in the datagram's fragmentable part. */
    public static int nextHeader(MemorySegment segment, long offset) {
        return getU8(segment, offset + NEXT_HEADER);
    }

    /** Returns the offset of this fragment in the fragmentable part, in bytes, 0-65528. */
    public static int fragmentOffset(MemorySegment segment, long offset) {
        return getU16(segment, offset + FRAGMENT) & OFFSET_MASK;
    }

    public static boolean moreFragments(MemorySegment segment, long offset) {
        return (getU16(segment, offset + FRAGMENT) & 1) != 0;
    }

    /** Returns whether this is an atomic fragment, which contains the whole datagram (RFC 6946). */
    public static boolean isAtomic(MemorySegment segment, long offset) {
        return (getU16(segment, offset + FRAGMENT) & (OFFSET_MASK | 1)) == 0;
    }

    public static int identification(MemorySegment segment, long offset) {
        return getInt(segment, offset + IDENTIFICATION);
    }

    /**
     * A header as a value.
     *
     * @param nextHeader 8 bits
     * @param reserved the unused second byte
     * @param fragmentOffset bytes, a multiple of 8 up to 65528
     * @param flags the low 3 bits of the fragment word: two unused, then "more fragments"
     */
    public record Header(int nextHeader, int reserved, int fragmentOffset, int flags, int identification) {
        public Header {
            Fields.unsigned("next header", nextHeader, 8);
            Fields.unsigned("reserved byte", reserved, 8);
            Fields.length("fragment offset", fragmentOffset, 0, OFFSET_MASK, 8);
            Fields.unsigned("flags", flags, 3);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Ipv6Fragment#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "IPv6 fragment", available);
            return new Header(Ipv6Fragment.nextHeader(segment, offset), getU8(segment, offset + RESERVED),
                    Ipv6Fragment.fragmentOffset(segment, offset), getU16(segment, offset + FRAGMENT) & 7,
                    Ipv6Fragment.identification(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putU8(segment, offset + NEXT_HEADER, nextHeader);
            putU8(segment, offset + RESERVED, reserved);
            putU16(segment, offset + FRAGMENT, fragmentOffset | flags);
            putInt(segment, offset + IDENTIFICATION, identification);
        }
    }
}
