package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;

import java.lang.foreign.MemorySegment;

/** The TCP header (RFC 9293, 3.1) with its options. */
public final class Tcp {
    public static final int SOURCE_PORT = 0;
    public static final int DESTINATION_PORT = 2;
    public static final int SEQUENCE = 4;
    public static final int ACKNOWLEDGMENT = 8;
    public static final int DATA_OFFSET = 12;
    public static final int FLAGS = 13;
    public static final int WINDOW = 14;
    public static final int CHECKSUM = 16;
    public static final int URGENT_POINTER = 18;
    public static final int OPTIONS = 20;
    public static final int MIN_LENGTH = 20;
    public static final int MAX_LENGTH = 60;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private Tcp() {
    }

    /** Returns whether a whole header lies within {@code available} readable bytes, options included. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        if (available < MIN_LENGTH) {
            return false;
        }
        int length = headerLength(segment, offset);
        return length >= MIN_LENGTH && length <= available;
    }

    public static int sourcePort(MemorySegment segment, long offset) {
        return getU16(segment, offset + SOURCE_PORT);
    }

    public static int destinationPort(MemorySegment segment, long offset) {
        return getU16(segment, offset + DESTINATION_PORT);
    }

    /** Returns the field as an int that holds 32 unsigned bits. */
    public static int sequence(MemorySegment segment, long offset) {
        return getInt(segment, offset + SEQUENCE);
    }

    /** Returns the field as an int that holds 32 unsigned bits. */
    public static int acknowledgment(MemorySegment segment, long offset) {
        return getInt(segment, offset + ACKNOWLEDGMENT);
    }

    /** Returns the bytes of the header with its options, 0-60 according to its length field. */
    public static int headerLength(MemorySegment segment, long offset) {
        return (getU8(segment, offset + DATA_OFFSET) >>> 4) * 4;
    }

    /**
     * Returns {@link #FIN} to {@link #CWR}, and above them the four reserved bits; AccECN (RFC 9768) uses the lowest of
     * those.
     */
    public static int flags(MemorySegment segment, long offset) {
        return getU16(segment, offset + DATA_OFFSET) & 0xfff;
    }

    /** Returns the window as on the wire, not scaled. */
    public static int window(MemorySegment segment, long offset) {
        return getU16(segment, offset + WINDOW);
    }

    public static int checksum(MemorySegment segment, long offset) {
        return getU16(segment, offset + CHECKSUM);
    }

    public static int urgentPointer(MemorySegment segment, long offset) {
        return getU16(segment, offset + URGENT_POINTER);
    }

    /**
     * A header as a value. {@link #emit} writes the given checksum and does not compute one.
     *
     * @param sourcePort 16 bits
     * @param destinationPort 16 bits
     * @param flags 12 bits, the reserved ones included
     * @param window 16 bits
     * @param checksum 16 bits
     * @param urgentPointer 16 bits
     * @param options up to 40 bytes, a multiple of 4
     */
    public record Header(int sourcePort, int destinationPort, int sequence, int acknowledgment, int flags, int window,
            int checksum, int urgentPointer, Octets options) {
        public Header {
            Fields.unsigned("source port", sourcePort, 16);
            Fields.unsigned("destination port", destinationPort, 16);
            Fields.unsigned("flags", flags, 12);
            Fields.unsigned("window", window, 16);
            Fields.unsigned("checksum", checksum, 16);
            Fields.unsigned("urgent pointer", urgentPointer, 16);
            Fields.length("TCP options", options.length(), 0, MAX_LENGTH - MIN_LENGTH, 4);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Tcp#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "TCP", available);
            return new Header(Tcp.sourcePort(segment, offset), Tcp.destinationPort(segment, offset),
                    Tcp.sequence(segment, offset), Tcp.acknowledgment(segment, offset), Tcp.flags(segment, offset),
                    Tcp.window(segment, offset), Tcp.checksum(segment, offset), Tcp.urgentPointer(segment, offset),
                    Octets.of(segment, offset + OPTIONS, headerLength(segment, offset) - MIN_LENGTH));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return MIN_LENGTH + options.length();
        }

        public void emit(MemorySegment segment, long offset) {
            putU16(segment, offset + SOURCE_PORT, sourcePort);
            putU16(segment, offset + DESTINATION_PORT, destinationPort);
            putInt(segment, offset + SEQUENCE, sequence);
            putInt(segment, offset + ACKNOWLEDGMENT, acknowledgment);
            putU16(segment, offset + DATA_OFFSET, ((length() / 4) << 12) | flags);
            putU16(segment, offset + WINDOW, window);
            putU16(segment, offset + CHECKSUM, checksum);
            putU16(segment, offset + URGENT_POINTER, urgentPointer);
            options.emit(segment, offset + OPTIONS);
        }
    }
}
