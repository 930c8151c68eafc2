package net.weft.controller.member;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.Zonings;
import net.weft.controller.model.revision.Revision;
import net.weft.packet.IpProtocol;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.vlan.VlanSet;
import net.weft.zone.AddressBinding;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Zoning;
import net.weft.zone.policy.PolicyTable;
import net.weft.zone.track.ConnectionRow;
import net.weft.zone.track.Connections;
import org.jspecify.annotations.Nullable;

/**
 * Selects the connections that a revision drops, looking at the port of either side: it is removed, disabled or moved
 * to another VLAN or member, its zone changes, its guard no longer permits the address of that side; or no policy allows
 * the connection any more.
 */
final class EndingConnections implements Predicate<ConnectionRow> {
    /** A port of this member as the revision has it. @param binding what its guard enforces, or null */
    private record Port(VlanSet vlans, PortZones zones, @Nullable AddressBinding binding) {
        boolean isIn(int vlan) {
            return vlans.contains(vlan);
        }
    }

    /** A port in a VLAN. */
    private record Place(int port, int vlan) {
    }

    private final PolicyLookup lookup;
    private final Map<Integer, Port> ports = new HashMap<>();
    /** VLAN and zone of each port, in one number. */
    private final Set<Integer> present = new HashSet<>();
    /** The addresses that were learned, by port number and VLAN. */
    private final Map<Place, Set<MacAddress>> learned = new HashMap<>();

    EndingConnections(Revision next, MemberAgent agent) {
        Zonings zonings = next.zoneNumbers().zonings(next.config());
        Zoning zoning = zonings.zoning();
        lookup = zoning.isActive()
                ? PolicyTable.of(zoning)
                : (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                        destinationLow) -> PolicyDecision.withoutPolicy(true);
        for (PortConfig port : next.config().allPorts().toList()) {
            if (next.config().isAt(port, agent.member()) && port.enabled()) {
                PortZones in = zonings.zones(port);
                VlanSet vlans = next.config().vlans(port);
                ports.put(next.portNumbers().of(port.name()),
                        new Port(vlans, in, port.guard().binding().orElse(null)));
                vlans.vids().forEach(vid -> present.add(vid << 16 | in.zone(vid)));
            }
        }
        agent.vswitch().macs().forEach(agent.vswitch().nowSeconds(), (vid, mac, index, _) -> learned
                .computeIfAbsent(new Place(agent.vswitch().portNumber(index), vid), _ -> new HashSet<>())
                .add(MacWord.address(mac)));
    }

    @Override
    public boolean test(ConnectionRow row) {
        Optional<Integer> from = zone(row, row.ingressPort(), row.sourceHigh(), row.sourceLow());
        Optional<Integer> to = row.answeringPort() < 0
                ? Optional.of(row.to()).filter(zone -> present.contains(row.vlan() << 16 | zone))
                : zone(row, row.answeringPort(), row.destinationHigh(), row.destinationLow());
        if (from.isEmpty() || to.isEmpty()) {
            return true;
        }
        boolean zoneChanged = from.get() != row.from() || to.get() != row.to();
        return zoneChanged && row.protocol() == IpProtocol.TCP
                || !Connections.isAllowed(lookup, row, from.get(), to.get());
    }

    /** Returns the zone of one side's port; empty if the port does not carry that side's packets any more. */
    private Optional<Integer> zone(ConnectionRow row, int number, long high, long low) {
        Port port = ports.get(number);
        if (port == null || !port.isIn(row.vlan()) || refuses(port.binding(), row, number, high, low)) {
            return Optional.empty();
        }
        return Optional.of(port.zones().zone(row.vlan()));
    }

    /** Returns whether a guard refuses what the host of one side sends. */
    private boolean refuses(@Nullable AddressBinding binding, ConnectionRow row, int number, long high, long low) {
        if (binding == null || !binding.isStrict()) {
            return false;
        }
        List<Prefix> ips = binding.ips();
        Set<MacAddress> macs = learned.getOrDefault(new Place(number, row.vlan()), Set.of());
        boolean knowsIp = ips.isEmpty() || ips.stream()
                .anyMatch(prefix -> prefix.isIpv4() != row.isIpv6() && prefix.contains(high, low));
        boolean knowsMac = binding.macs().isEmpty() || macs.isEmpty()
                || macs.stream().anyMatch(binding.macs()::contains);
        return !knowsIp && !isLinkLocal(row, high) || !knowsMac;
    }

    private static boolean isLinkLocal(ConnectionRow row, long high) {
        return row.isIpv6() && high >>> 54 == 0xfe80 >>> 6;
    }
}
