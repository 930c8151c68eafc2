package net.weft.linux;

/**
 * Reads the metadata that a packet socket without a ring delivers with each frame: {@code struct tpacket_auxdata} in
 * the control area of a {@link MessageVector}, which needs {@link #CONTROL_BYTES} per message. The status bits are
 * those of {@link TpacketDescriptor}.
 */
public final class PacketAuxdata {
    /**
     * Bytes of the control area: one {@code struct cmsghdr} of 16 bytes and 20 bytes of data, padded to a multiple of
     * 8.
     */
    public static final int CONTROL_BYTES = 40;

    static final long BYTES = 20;
    static final long STATUS_OFFSET = 0;
    static final long LEN_OFFSET = 4;
    static final long VLAN_TCI_OFFSET = 16;
    static final long VLAN_TPID_OFFSET = 18;

    private PacketAuxdata() {
    }

    /** Returns the address of the record received with a message, or 0 if there is none. */
    public static long find(MessageVector vector, int message) {
        long control = vector.controlOf(message);
        boolean present = vector.controlBytes(message) >= FdPassing.CMSG_HEADER_BYTES + BYTES
                && Memory.getInt(control + 8) == PacketSocket.SOL_PACKET
                && Memory.getInt(control + 12) == PacketSocket.PACKET_AUXDATA;
        return present ? control + FdPassing.CMSG_HEADER_BYTES : 0;
    }

    public static int status(long auxdata) {
        return Memory.getInt(auxdata + STATUS_OFFSET);
    }

    /** Returns the length of the frame on the wire, without the VLAN tag that was stripped. */
    public static int length(long auxdata) {
        return Memory.getInt(auxdata + LEN_OFFSET);
    }

    public static int vlanTci(long auxdata) {
        return Memory.getShort(auxdata + VLAN_TCI_OFFSET) & 0xffff;
    }

    public static int vlanTpid(long auxdata) {
        return Memory.getShort(auxdata + VLAN_TPID_OFFSET) & 0xffff;
    }
}
