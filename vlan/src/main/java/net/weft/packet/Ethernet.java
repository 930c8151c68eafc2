package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU48;

import java.lang.foreign.MemorySegment;

/** The Ethernet header (IEEE 802.3-2022, 3.2) without tags: the type may be that of a {@link VlanTag}, which follows. */
public final class Ethernet {
    public static final int DESTINATION = 0;
    public static final int SOURCE = 6;
    public static final int TYPE = 12;
    public static final int LENGTH = 14;

    private Ethernet() {
    }

    /** Returns whether a whole header lies within {@code available} readable bytes. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH;
    }

    /** Returns the destination MAC address, low 48 bits. */
    public static long destination(MemorySegment segment, long offset) {
        return getU48(segment, offset + DESTINATION);
    }

    /** Returns the source MAC address, low 48 bits. */
    public static long source(MemorySegment segment, long offset) {
        return getU48(segment, offset + SOURCE);
    }

    /** Returns the EtherType, or a length if below {@link EtherType#MIN}. */
    public static int type(MemorySegment segment, long offset) {
        return getU16(segment, offset + TYPE);
    }

    /**
     * A header as a value.
     *
     * @param type EtherType or 802.3 length, 16 bits
     */
    public record Header(MacAddress destination, MacAddress source, int type) {
        public Header {
            Fields.unsigned("EtherType", type, 16);
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link Ethernet#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "Ethernet", available);
            return new Header(new MacAddress(Ethernet.destination(segment, offset)),
                    new MacAddress(Ethernet.source(segment, offset)), Ethernet.type(segment, offset));
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putU48(segment, offset + DESTINATION, destination.value());
            putU48(segment, offset + SOURCE, source.value());
            putU16(segment, offset + TYPE, type);
        }
    }
}
