package net.weft.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.putInt;

import java.lang.foreign.MemorySegment;

/**
 * A VLAN tag (IEEE 802.1Q-2022, 9.3-9.6), either a customer tag (0x8100) or a service tag (0x88a8).
 * <p>Between receive and transmit a tag is one int, {@code tpid << 16 | tci}, as on the wire; 0 means untagged. The int
 * is negative for both types of tag. The offset of an accessor is that of the TPID, where an untagged frame has its
 * type.
 */
public final class VlanTag {
    public static final int TPID = 0;
    public static final int TCI = 2;
    public static final int LENGTH = 4;

    /** The bits of the priority code point in the TCI. */
    public static final int PCP_MASK = 0xe000;
    /** The bit of the drop eligible indicator in the TCI. */
    public static final int DEI_MASK = 0x1000;
    /** The bits of the VLAN identifier in the TCI. */
    public static final int VID_MASK = 0x0fff;

    private static final int PCP_SHIFT = 13;
    private static final int DEI_SHIFT = 12;

    private VlanTag() {
    }

    /** Returns whether a customer or service tag lies within {@code available} readable bytes. */
    public static boolean check(MemorySegment segment, long offset, int available) {
        return available >= LENGTH && EtherType.isVlan(getU16(segment, offset + TPID));
    }

    /** Returns the whole tag as one int. */
    public static int tag(MemorySegment segment, long offset) {
        return getInt(segment, offset);
    }

    /** Packs a tag. */
    public static int tag(int tpid, int tci) {
        return tpid << 16 | (tci & 0xffff);
    }

    /** Returns 0x8100 or 0x88a8; 0 for an untagged frame. */
    public static int tpid(int tag) {
        return tag >>> 16;
    }

    /** Returns PCP, DEI and VID together, 16 bits. */
    public static int tci(int tag) {
        return tag & 0xffff;
    }

    /** Returns the priority, 0-7. */
    public static int pcp(int tag) {
        return (tag & PCP_MASK) >>> PCP_SHIFT;
    }

    /** Returns the drop eligible indicator: 1 or 0. */
    public static int dei(int tag) {
        return (tag & DEI_MASK) >>> DEI_SHIFT;
    }

    /** Returns the VLAN ID, 0-4095. */
    public static int vid(int tag) {
        return tag & VID_MASK;
    }

    /**
     * A tag as a value.
     *
     * @param tpid 16 bits
     * @param pcp 0-7
     * @param vid 0-4095
     */
    public record Header(int tpid, int pcp, boolean dei, int vid) {
        public Header {
            Fields.unsigned("TPID", tpid, 16);
            Fields.unsigned("PCP", pcp, 3);
            Fields.unsigned("VID", vid, 12);
        }

        public static Header of(int tag) {
            return new Header(VlanTag.tpid(tag), VlanTag.pcp(tag), VlanTag.dei(tag) == 1, VlanTag.vid(tag));
        }

        /**
         * Reads a header.
         *
         * @throws IllegalArgumentException when {@link VlanTag#check} returns false
         */
        public static Header parse(MemorySegment segment, long offset, int available) {
            Fields.checked(check(segment, offset, available), "VLAN", available);
            return of(VlanTag.tag(segment, offset));
        }

        /** Returns the tag as one int. */
        public int tag() {
            return VlanTag.tag(tpid, pcp << PCP_SHIFT | (dei ? DEI_MASK : 0) | vid);
        }

        /** Returns the number of bytes that {@link #emit} writes. */
        public int length() {
            return LENGTH;
        }

        public void emit(MemorySegment segment, long offset) {
            putInt(segment, offset, tag());
        }
    }
}
