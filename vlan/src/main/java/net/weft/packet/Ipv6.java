package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putLong;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;

/**
 * The fixed IPv6 header (RFC 8200, 3); {@link Ipv6Extensions} parses the extension headers. An address is two longs in
 * network order: the first byte is the highest of the first long.
 */
public final class Ipv6 {
    public static final int VERSION_CLASS_FLOW = 0;
    public static final int PAYLOAD_LENGTH = 4;
    public static final int NEXT_HEADER = 6;
    public static final int HOP_LIMIT = 7;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;
    public static final int LENGTH = 40;
    public static final int ADDRESS_LENGTH = 16;

    private static final int FLOW_LABEL_MASK = 0xfffff;

    private Ipv6() {
    }

    /** Returns whether a whole header lies within {@code available} readable bytes; the payload may end beyond them. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH && version(segment, offset) == 6;
    }

    public static int version(MemorySegment segment, long offset) {
        return getU8(segment, offset + VERSION_CLASS_FLOW) >>> 4;
    }

    /** Returns DSCP and ECN together, 8 bits. */
    public static int trafficClass(MemorySegment segment, long offset) {
        return getInt(segment, offset + VERSION_CLASS_FLOW) >>> 20 & 0xff;
    }

    /** Returns the flow label, 20 bits. */
    public static int flowLabel(MemorySegment segment, long offset) {
        return getInt(segment, offset + VERSION_CLASS_FLOW) & FLOW_LABEL_MASK;
    }

    /** Returns the bytes after this header, extension headers included. */
    public static int payloadLength(MemorySegment segment, long offset) {
        return getU16(segment, offset + PAYLOAD_LENGTH);
    }

    /** Returns the {@link IpProtocol} of the next header, which may be an extension header. */
    public static int nextHeader(MemorySegment segment, long offset) {
        return getU8(segment, offset + NEXT_HEADER);
    }

    public static int hopLimit(MemorySegment segment, long offset) {
        return getU8(segment, offset + HOP_LIMIT);
    }

    public static long sourceHigh(MemorySegment segment, long offset) {
        return getLong(segment, offset + SOURCE);
    }

    public static long sourceLow(MemorySegment segment, long offset) {
        return getLong(segment, offset + SOURCE + 8);
    }

    public static long destinationHigh(MemorySegment segment, long offset) {
        return getLong(segment, offset + DESTINATION);
    }

    public static long destinationLow(MemorySegment segment, long offset) {
        return getLong(segment, offset + DESTINATION + 8);
    }

    /**
     * A header as a value.
     *
     * @param trafficClass 8 bits
     * @param flowLabel 20 bits
     * @param payloadLength bytes, 16 bits
     * @param nextHeader 8 bits
     * @param hopLimit 8 bits
     */
    public record Header(int trafficClass, int flowLabel, int payloadLength, int nextHeader, int hopLimit,
            long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        public Header {
            Fields.unsigned("traffic class", trafficClass, 8);
            Fields.unsigned("flow label", flowLabel, 20);
            Fields.unsigned("payload length", payloadLength, 16);
            Fields.unsigned("next header", nextHeader, 8);
            Fields.unsigned("hop limit", hopLimit, 8);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Ipv6#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "IPv6", available);
            return new Header(Ipv6.trafficClass(segment, offset), Ipv6.flowLabel(segment, offset),
                    Ipv6.payloadLength(segment, offset), Ipv6.nextHeader(segment, offset),
                    Ipv6.hopLimit(segment, offset), Ipv6.sourceHigh(segment, offset), Ipv6.sourceLow(segment, offset),
                    Ipv6.destinationHigh(segment, offset), Ipv6.destinationLow(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putInt(segment, offset + VERSION_CLASS_FLOW, 6 << 28 | trafficClass << 20 | flowLabel);
            putU16(segment, offset + PAYLOAD_LENGTH, payloadLength);
            putU8(segment, offset + NEXT_HEADER, nextHeader);
            putU8(segment, offset + HOP_LIMIT, hopLimit);
            putLong(segment, offset + SOURCE, sourceHigh);
            putLong(segment, offset + SOURCE + 8, sourceLow);
            putLong(segment, offset + DESTINATION, destinationHigh);
            putLong(segment, offset + DESTINATION + 8, destinationLow);
        }
    }
}
