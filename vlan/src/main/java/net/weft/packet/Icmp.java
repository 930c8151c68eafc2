package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/** The ICMP header (RFC 792). In an error message the start of the offending packet follows. */
public final class Icmp {
    public static final int TYPE = 0;
    public static final int CODE = 1;
    public static final int CHECKSUM = 2;
    /** The offset of the second word, whose meaning depends on the type. */
    public static final int REST = 4;
    public static final int IDENTIFIER = 4;
    public static final int SEQUENCE = 6;
    public static final int LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;

    private Icmp() {
    }

    /**
     * Returns whether a whole header lies within {@code available} readable bytes; no message of a defined type is
     * shorter.
     */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH;
    }

    public static int type(MemorySegment segment, long offset) {
        return getU8(segment, offset + TYPE);
    }

    public static int code(MemorySegment segment, long offset) {
        return getU8(segment, offset + CODE);
    }

    public static int checksum(MemorySegment segment, long offset) {
        return getU16(segment, offset + CHECKSUM);
    }

    /** Returns the second word (bytes 4-7). */
    public static int rest(MemorySegment segment, long offset) {
        return getInt(segment, offset + REST);
    }

    /** Returns the field of an echo request or reply, 16 bits. */
    public static int identifier(MemorySegment segment, long offset) {
        return getU16(segment, offset + IDENTIFIER);
    }

    /** Returns the field of an echo request or reply, 16 bits. */
    public static int sequence(MemorySegment segment, long offset) {
        return getU16(segment, offset + SEQUENCE);
    }

    /** Returns whether messages of the type are errors, which quote the offending packet (RFC 1122, 3.2.2). */
    public static boolean isError(int type) {
        return switch (type) {
            case DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /**
     * A header as a value. {@link #emit} writes the given checksum and does not compute one.
     *
     * @param type 8 bits
     * @param code 8 bits
     * @param checksum 16 bits
     * @param rest the second word
     */
    public record Header(int type, int code, int checksum, int rest) {
        public Header {
            Fields.unsigned("type", type, 8);
            Fields.unsigned("code", code, 8);
            Fields.unsigned("checksum", checksum, 16);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Icmp#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "ICMP", available);
            return new Header(Icmp.type(segment, offset), Icmp.code(segment, offset), Icmp.checksum(segment, offset),
                    Icmp.rest(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putU8(segment, offset + TYPE, type);
            putU8(segment, offset + CODE, code);
            putU16(segment, offset + CHECKSUM, checksum);
            putInt(segment, offset + REST, rest);
        }
    }
}
