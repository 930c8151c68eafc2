package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.putU16;

import java.lang.foreign.MemorySegment;

/** The UDP header (RFC 768). */
public final class Udp {
    public static final int SOURCE_PORT = 0;
    public static final int DESTINATION_PORT = 2;
    public static final int DATAGRAM_LENGTH = 4;
    public static final int CHECKSUM = 6;
    public static final int LENGTH = 8;

    private Udp() {
    }

    /**
     * Returns whether a whole header lies within {@code available} readable bytes and its length field is at least 8.
     */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH && datagramLength(segment, offset) >= LENGTH;
    }

    public static int sourcePort(MemorySegment segment, long offset) {
        return getU16(segment, offset + SOURCE_PORT);
    }

    public static int destinationPort(MemorySegment segment, long offset) {
        return getU16(segment, offset + DESTINATION_PORT);
    }

    /** Returns the bytes of header and data. */
    public static int datagramLength(MemorySegment segment, long offset) {
        return getU16(segment, offset + DATAGRAM_LENGTH);
    }

    /** Returns the checksum; 0 if the sender computed none. */
    public static int checksum(MemorySegment segment, long offset) {
        return getU16(segment, offset + CHECKSUM);
    }

    /**
     * A header as a value. {@link #emit} writes the given checksum and does not compute one.
     *
     * @param sourcePort 16 bits
     * @param destinationPort 16 bits
     * @param datagramLength bytes of header and data, 16 bits
     * @param checksum 16 bits
     */
    public record Header(int sourcePort, int destinationPort, int datagramLength, int checksum) {
        public Header {
            Fields.unsigned("source port", sourcePort, 16);
            Fields.unsigned("destination port", destinationPort, 16);
            Fields.unsigned("datagram length", datagramLength, 16);
            Fields.unsigned("checksum", checksum, 16);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Udp#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "UDP", available);
            return new Header(Udp.sourcePort(segment, offset), Udp.destinationPort(segment, offset),
                    Udp.datagramLength(segment, offset), Udp.checksum(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putU16(segment, offset + SOURCE_PORT, sourcePort);
            putU16(segment, offset + DESTINATION_PORT, destinationPort);
            putU16(segment, offset + DATAGRAM_LENGTH, datagramLength);
            putU16(segment, offset + CHECKSUM, checksum);
        }
    }
}
