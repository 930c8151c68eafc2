package net.weft.vswitch.port;

/**
 * The header fields by which a link aggregation tells flows apart: {@code hash} of a LAG. Whatever the choice, fragments
 * are hashed without ports, the first one too, and frames without an IP header by {@link #L2}.
 */
public enum FlowFields {
    /** MAC addresses and VLAN. */
    L2,
    /** MAC addresses, VLAN and IP addresses. */
    L2_L3,
    /** IP addresses, protocol and ports; the IPv6 flow label where there are no ports to read. */
    L3_L4
}
