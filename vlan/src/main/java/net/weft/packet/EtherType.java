package net.weft.packet;

/** The EtherTypes (IEEE 802 numbers registry) that Weft handles by name; any other is carried as its number. */
public final class EtherType {
    /**
     * The lowest EtherType. Lower values are the length of an IEEE 802.3 frame, at most 1500; 1501-1535 are undefined.
     */
    public static final int MIN = 0x0600;
    public static final int IPV4 = 0x0800;
    public static final int ARP = 0x0806;
    public static final int RARP = 0x8035;
    /** The TPID of an 802.1Q customer tag. */
    public static final int VLAN = 0x8100;
    public static final int IPV6 = 0x86dd;
    /** Ethernet flow control and other MAC control; never forwarded. */
    public static final int MAC_CONTROL = 0x8808;
    /** Slow protocols: LACP, marker, OAM (IEEE 802.3 clause 57A). */
    public static final int SLOW_PROTOCOLS = 0x8809;
    public static final int EAPOL = 0x888e;
    /** The TPID of an 802.1ad service tag. */
    public static final int SERVICE_VLAN = 0x88a8;
    public static final int LLDP = 0x88cc;

    private EtherType() {
    }

    /** Returns whether the type is the TPID of a VLAN tag. */
    public static boolean isVlan(int type) {
        return type == VLAN || type == SERVICE_VLAN;
    }
}
