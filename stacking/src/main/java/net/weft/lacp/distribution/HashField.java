package net.weft.lacp.distribution;

/** The header fields that a flow hash can be made of, as bits. */
public final class HashField {
    public static final int DESTINATION_MAC = 0x01;
    public static final int SOURCE_MAC = 0x02;
    public static final int VLAN = 0x04;
    public static final int SOURCE_ADDRESS = 0x08;
    public static final int DESTINATION_ADDRESS = 0x10;
    public static final int IP_PROTOCOL = 0x20;
    public static final int SOURCE_PORT = 0x40;
    public static final int DESTINATION_PORT = 0x80;
    /** The flow label of an IPv6 header; nothing in IPv4. */
    public static final int FLOW_LABEL = 0x100;

    static final int LAYER_2 = DESTINATION_MAC | SOURCE_MAC | VLAN;
    static final int ADDRESSES = SOURCE_ADDRESS | DESTINATION_ADDRESS;
    static final int PORTS = SOURCE_PORT | DESTINATION_PORT;

    private HashField() {
    }
}
