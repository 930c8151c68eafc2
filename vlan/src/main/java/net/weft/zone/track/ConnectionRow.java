package net.weft.zone.track;

/**
 * A connection as it was a moment ago. The source is the side that began it.
 *
 * @param isIpv6 whether the addresses are IPv6; IPv4 ones are in their IPv6 form ({@link net.weft.zone.Prefix})
 * @param sourcePort of TCP and UDP; of ICMP queries the identifier; else 0
 * @param destinationPort of TCP and UDP; of ICMP queries their type; else 0
 * @param from zone number of the source
 * @param to zone number of the destination
 * @param state for people: {@code established}, {@code syn-sent}, {@code unreplied}, …
 * @param policy {@link net.weft.zone.Policy#id} of the policy that allowed it, or {@link net.weft.zone.Ruling#NO_POLICY}
 * @param keepsEstablished whether that policy keeps what it has allowed
 * @param ingressPort by which its first packet came
 * @param packets from the source
 * @param bytes of them, whole frames
 * @param replyPackets to the source
 * @param replyBytes of them
 * @param secondsToLive if it stays silent
 */
public record ConnectionRow(int vlan, boolean isIpv6, int protocol, long sourceHigh, long sourceLow, int sourcePort,
        long destinationHigh, long destinationLow, int destinationPort, int from, int to, String state, int policy,
        boolean keepsEstablished, int ingressPort, long packets, long bytes, long replyPackets, long replyBytes,
        int secondsToLive) {
}
