package net.weft.zone;

/** Finds the first policy that matches a packet, then what {@code intra} says. Immutable; any thread may ask, and nothing is allocated. */
public interface PolicyLookup {
    /** {@code protocol} of what is not IP. */
    int NOT_IP = -1;

    /**
     * @param vlan {@code 1..4094}: which tenant's policies count
     * @param from zone number
     * @param to zone number
     * @param etherType of the packet
     * @param protocol {@code 0..255}, behind extension headers, or {@link #NOT_IP}
     * @param port destination port of TCP and UDP, type of ICMP and ICMPv6, else 0
     * @param sourceHigh upper 64 bits of the source ({@link Prefix}: IPv4 in IPv6 form), 0 for what is not IP
     * @return a {@link PolicyDecision}
     */
    int decision(int vlan, int from, int to, int etherType, int protocol, int port, long sourceHigh, long sourceLow,
            long destinationHigh, long destinationLow);
}
