package net.weft.zone;

/**
 * Finds the first policy that matches a packet, and otherwise applies {@code intra}. Immutable; any thread may call it,
 * and nothing is allocated.
 */
public interface PolicyLookup {
    /** The {@code protocol} of packets that are not IP. */
    int NOT_IP = -1;

    /**
     * Looks up the decision for a packet.
     *
     * @param vlan {@code 1..4094}; selects the tenant whose policies apply
     * @param from source zone number
     * @param to destination zone number
     * @param etherType EtherType of the packet
     * @param protocol {@code 0..255}, behind extension headers, or {@link #NOT_IP}
     * @param port destination port of TCP and UDP, type of ICMP and ICMPv6, else 0
     * @param sourceHigh upper 64 bits of the source ({@link Prefix}: IPv4 in IPv6 form), 0 if not IP
     * @return a {@link PolicyDecision}
     */
    int decision(int vlan, int from, int to, int etherType, int protocol, int port, long sourceHigh, long sourceLow,
            long destinationHigh, long destinationLow);
}
