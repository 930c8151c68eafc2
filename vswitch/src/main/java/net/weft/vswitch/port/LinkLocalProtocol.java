package net.weft.vswitch.port;

/** A protocol whose frames go to a reserved address (IEEE 802.1Q-2022, table 8-1), which a bridge does not forward. */
public enum LinkLocalProtocol {
    /** LLDP, IEEE 802.1AB-2016, 7.1: the nearest bridge, non-TPMR bridge and customer bridge addresses. */
    LLDP(PortFlags.PASS_LLDP, 0x88CC, 1 << 0xE | 1 << 3 | 1),
    /** LACP and the other slow protocols, IEEE 802.3-2022, annex 57A. */
    LACP(PortFlags.PASS_LACP, 0x8809, 1 << 2),
    /** 802.1X, IEEE 802.1X-2020, 11.1.1: also the addresses that MACsec uses. */
    EAPOL(PortFlags.PASS_EAPOL, 0x888E, 1 << 3 | 1 << 0xE | 1),
    /** PTP over Ethernet, IEEE 1588-2019, annex E: the messages of the peer delay mechanism. */
    PTP(PortFlags.PASS_PTP, 0x88F7, 1 << 0xE);

    private static final LinkLocalProtocol[] ALL = values();

    /** The {@link PortFlags} bit of a port that forwards the protocol. */
    public final int flag;
    private final int etherType;
    /** Bit x is set if the protocol uses 01:80:c2:00:00:0x. */
    private final int addresses;

    LinkLocalProtocol(int flag, int etherType, int addresses) {
        this.flag = flag;
        this.etherType = etherType;
        this.addresses = addresses;
    }

    /** Returns the {@link PortFlags} bit for a frame, 0 if it is of none of the protocols. @param address last nibble */
    public static int flag(int etherType, int address) {
        for (LinkLocalProtocol each : ALL) {
            if (each.etherType == etherType && (each.addresses >>> address & 1) != 0) {
                return each.flag;
            }
        }
        return 0;
    }
}
