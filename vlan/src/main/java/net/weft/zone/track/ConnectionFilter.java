package net.weft.zone.track;

import net.weft.packet.IpProtocol;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A filter for connections: a connection matches if it equals every part that is not null.
 *
 * @param vlan VLAN ID
 * @param zone zone number of either side
 * @param ingressPort ingress port of the first packet
 * @param protocol IP protocol
 * @param address prefix that contains the address of either side
 * @param port TCP or UDP port of either side
 * @param policy id of the policy that allowed it
 * @param state as in {@link ConnectionRow#state}
 */
public record ConnectionFilter(@Nullable Integer vlan, @Nullable Integer zone, @Nullable Integer ingressPort,
        @Nullable Integer protocol, @Nullable Prefix address, @Nullable Integer port, @Nullable Integer policy,
        @Nullable String state) {
    /** Matches every connection. */
    public static final ConnectionFilter ALL = new ConnectionFilter(null, null, null, null, null, null, null, null);

    public boolean matches(ConnectionRow row) {
        return is(vlan, row.vlan()) && is(ingressPort, row.ingressPort()) && is(protocol, row.protocol())
                && is(policy, row.policy()) && (is(zone, row.from()) || is(zone, row.to()))
                && (port == null || hasPort(port, row))
                && (state == null || state.equals(row.state())) && (address == null || hasAddress(address, row));
    }

    /**
     * Compares ports; for protocols without ports the fields hold something else, such as an ICMP query's
     * identifier and type.
     */
    private static boolean hasPort(int port, ConnectionRow row) {
        return IpProtocol.hasPorts(row.protocol())
                && (port == row.sourcePort() || port == row.destinationPort());
    }

    private static boolean hasAddress(Prefix prefix, ConnectionRow row) {
        return prefix.isIpv4() != row.isIpv6() && (prefix.contains(row.sourceHigh(), row.sourceLow())
                || prefix.contains(row.destinationHigh(), row.destinationLow()));
    }

    private static boolean is(@Nullable Integer wanted, int value) {
        return wanted == null || wanted == value;
    }
}
