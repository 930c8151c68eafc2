package net.weft.linux;

/**
 * A slot of a TPACKET_V2 receive ring, by its address: {@code struct tpacket2_hdr}, then the sender's address, then at {@link #macOffset}
 * the frame. With {@link PacketSocket.Options#vnetHeader} the 10 bytes before the frame are a {@code struct virtio_net_hdr}. Numbers are in the
 * machine's byte order. The slot is ours from the moment {@link #status} shows {@link #TP_STATUS_USER} until {@link #release}.
 */
public final class TpacketDescriptor {
    /** The kernel's. */
    public static final int TP_STATUS_KERNEL = 0;
    /** Ours. */
    public static final int TP_STATUS_USER = 1;
    /** The frame was longer than the slot; all of it waits in the socket, see {@link PacketSocket#receiveCopy}. */
    public static final int TP_STATUS_COPY = 1 << 1;
    /** Frames were dropped since the last look at {@link PacketSocket#readStatistics}. */
    public static final int TP_STATUS_LOSING = 1 << 2;
    /** The checksum is yet to be computed; the virtio header says where. */
    public static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
    /** {@link #vlanTci} holds the tag that was taken off the frame. */
    public static final int TP_STATUS_VLAN_VALID = 1 << 4;
    public static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    /** The hardware or the sender's kernel has checked it. */
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

    /** With acquire semantics: what the kernel wrote before it is visible. */
    public static int status(long slot) {
        return Memory.getIntAcquire(slot + STATUS_OFFSET);
    }

    /** Gives the slot back; our reads of it are done before. */
    public static void release(long slot) {
        Memory.putIntRelease(slot + STATUS_OFFSET, TP_STATUS_KERNEL);
    }

    /** Bytes of the frame on the wire, without the tag that was taken off. */
    public static int length(long slot) {
        return Memory.getInt(slot + LEN_OFFSET);
    }

    /** Bytes of the frame in the slot. */
    public static int capturedLength(long slot) {
        return Memory.getInt(slot + SNAPLEN_OFFSET);
    }

    /** Where the frame begins, from the start of the slot. */
    public static int macOffset(long slot) {
        return Memory.getShort(slot + MAC_OFFSET) & 0xffff;
    }

    /** Where the network header begins, from the start of the slot. */
    public static int netOffset(long slot) {
        return Memory.getShort(slot + NET_OFFSET) & 0xffff;
    }

    /** Priority, DEI and VLAN ID of the tag that was taken off (IEEE 802.1Q 9.6). */
    public static int vlanTci(long slot) {
        return Memory.getShort(slot + VLAN_TCI_OFFSET) & 0xffff;
    }

    /** Its EtherType, for example 0x8100. */
    public static int vlanTpid(long slot) {
        return Memory.getShort(slot + VLAN_TPID_OFFSET) & 0xffff;
    }
}
