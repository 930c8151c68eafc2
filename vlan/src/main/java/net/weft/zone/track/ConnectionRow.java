package net.weft.zone.track;

/**
 * A snapshot of a connection. The source is the side that opened it.
 *
 * @param isIpv6 whether the addresses are IPv6; IPv4 addresses are in IPv6 form ({@link net.weft.zone.Prefix})
 * @param sourcePort port of TCP and UDP; identifier of ICMP queries; else 0
 * @param destinationPort port of TCP and UDP; type of ICMP queries; else 0
 * @param from zone number of the source
 * @param to zone number of the destination
 * @param state word for people: {@code established}, {@code syn-sent}, {@code unreplied}, …
 * @param policy {@link net.weft.zone.Policy#id} of the policy that allowed it, or {@link
 * net.weft.zone.PolicyDecision#NO_POLICY}
 * @param keepsEstablished whether that policy keeps connections that it has allowed
 * @param ingressPort ingress port of its first packet
 * @param answeringPort ingress port of its first answer, -1 while there is none
 * @param packets packets from the source
 * @param bytes bytes of these packets, whole frames
 * @param replyPackets packets to the source
 * @param replyBytes bytes of these packets
 * @param secondsToLive seconds until it expires if it stays idle
 */
public record ConnectionRow(int vlan, boolean isIpv6, int protocol, long sourceHigh, long sourceLow, int sourcePort,
        long destinationHigh, long destinationLow, int destinationPort, int from, int to, String state, int policy,
        boolean keepsEstablished, int ingressPort, int answeringPort, long packets, long bytes, long replyPackets,
        long replyBytes,
        int secondsToLive) {
}
