package net.weft.zone.track;

import net.weft.packet.IpProtocol;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are meant: those that are as every part says that is not null.
 *
 * @param vlan VLAN ID
 * @param zone zone number of either side
 * @param ingressPort by which the first packet came
 * @param protocol IP protocol
 * @param address of either side
 * @param port TCP or UDP port of either side
 * @param policy id of the policy that allowed it
 * @param state as {@link ConnectionRow#state}
 */
public record ConnectionFilter(@Nullable Integer vlan, @Nullable Integer zone, @Nullable Integer ingressPort,
        @Nullable Integer protocol, @Nullable Prefix address, @Nullable Integer port, @Nullable Integer policy,
        @Nullable String state) {
    /** Every connection. */
    public static final ConnectionFilter ALL = new ConnectionFilter(null, null, null, null, null, null, null, null);

    public boolean matches(ConnectionRow row) {
        return is(vlan, row.vlan()) && is(ingressPort, row.ingressPort()) && is(protocol, row.protocol())
                && is(policy, row.policy()) && (is(zone, row.from()) || is(zone, row.to()))
                && (port == null || hasPort(port, row))
                && (state == null || state.equals(row.state())) && (address == null || hasAddress(address, row));
    }

    /** What others have in the place of ports is something else: an ICMP query's identifier and type. */
    private static boolean hasPort(int port, ConnectionRow row) {
        return (row.protocol() == IpProtocol.TCP || row.protocol() == IpProtocol.UDP)
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
