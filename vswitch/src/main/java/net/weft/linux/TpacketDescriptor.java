package net.weft.linux;

/**
 * Reads a slot of a TPACKET_V2 receive ring, given by its address: {@code struct tpacket2_hdr}, then the sender's
 * address, then at {@link #macOffset} the frame. With {@link PacketSocket.Options#vnetHeader} the 10 bytes before the
 * frame are a {@code struct virtio_net_hdr}. Numbers are in the machine's byte order. Weft owns the slot from the
 * moment that {@link #status} contains {@link #TP_STATUS_USER} until {@link #release}.
 */
public final class TpacketDescriptor {
    /** The kernel owns the slot. */
    public static final int TP_STATUS_KERNEL = 0;
    /** Weft owns the slot. */
    public static final int TP_STATUS_USER = 1;
    /**
     * The frame was longer than the slot; the whole frame is queued in the socket, see {@link
     * PacketSocket#receiveCopy}.
     */
    public static final int TP_STATUS_COPY = 1 << 1;
    /** Frames were dropped since the last {@link PacketSocket#readStatistics}. */
    public static final int TP_STATUS_LOSING = 1 << 2;
    /** The checksum is not computed yet; the virtio header gives its position. */
    public static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
    /** {@link #vlanTci} holds the VLAN tag that was stripped from the frame. */
    public static final int TP_STATUS_VLAN_VALID = 1 << 4;
    public static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    /** The hardware or the sender's kernel has verified the checksum. */
    public static final int TP_STATUS_CSUM_VALID = 1 << 7;

    static final long STATUS_OFFSET = 0;
    static final long LEN_OFFSET = 4;
    static final long SNAPLEN_OFFSET = 8;
    static final long MAC_OFFSET = 12;
    static final long NET_OFFSET = 14;
    static final long VLAN_TCI_OFFSET = 24;
    static final long VLAN_TPID_OFFSET = 26;
    static final long BYTES = 32;

    private TpacketDescriptor() {
    }

    /** Reads the status with acquire semantics, so that everything that the kernel wrote before is visible. */
    public static int status(long slot) {
        return Memory.getIntAcquire(slot + STATUS_OFFSET);
    }

    /** Returns the slot to the kernel, with release semantics: all earlier reads of the slot are complete. */
    public static void release(long slot) {
        Memory.putIntRelease(slot + STATUS_OFFSET, TP_STATUS_KERNEL);
    }

    /** Returns the length of the frame on the wire, without the VLAN tag that was stripped. */
    public static int length(long slot) {
        return Memory.getInt(slot + LEN_OFFSET);
    }

    /** Returns the number of bytes of the frame in the slot. */
    public static int capturedLength(long slot) {
        return Memory.getInt(slot + SNAPLEN_OFFSET);
    }

    /** Returns the offset of the frame in the slot. */
    public static int macOffset(long slot) {
        return Memory.getShort(slot + MAC_OFFSET) & 0xffff;
    }

    /** Returns the offset of the network header in the slot. */
    public static int netOffset(long slot) {
        return Memory.getShort(slot + NET_OFFSET) & 0xffff;
    }

    /** Returns the priority, DEI and VLAN ID of the stripped VLAN tag (IEEE 802.1Q 9.6). */
    public static int vlanTci(long slot) {
        return Memory.getShort(slot + VLAN_TCI_OFFSET) & 0xffff;
    }

    /** Returns the TPID of the stripped VLAN tag, for example 0x8100. */
    public static int vlanTpid(long slot) {
        return Memory.getShort(slot + VLAN_TPID_OFFSET) & 0xffff;
    }
}
