package net.weft.controller.model.yaml.bind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.TenantConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.check.Overlaps;
import net.weft.controller.model.yaml.check.Tunnels;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.vlan.VlanId;
import net.weft.zone.Prefix;

/** Binds {@code tenants} with their networks, zones and policies. No two networks may have the same VLAN. */
final class TenantBinder {
    private final Faults faults;
    private final ExclusiveResources claims;
    private final Tunnels tunnels;
    private final DeclaredZones zoneNames;
    private final ZoneBinder zones;
    private final PolicyBinder policies;
    private final Set<NetworkName> named = new HashSet<>();
    private final Map<Integer, NetworkName> byVlan = new HashMap<>();

    TenantBinder(Faults faults, ExclusiveResources claims, Tunnels tunnels, DeclaredZones zoneNames, ZoneBinder zones,
            PolicyBinder policies) {
        this.tunnels = tunnels;
        this.faults = faults;
        this.claims = claims;
        this.zoneNames = zoneNames;
        this.zones = zones;
        this.policies = policies;
    }

    SequencedMap<String, TenantConfig> bind(Node.Mapping mapping) {
        SequencedMap<String, TenantConfig> tenants = new LinkedHashMap<>();
        NamedEntries.each(mapping, "tenants", faults,
                (entry, value, path) -> tenants.put(entry.key(), tenant(entry.key(), value, path)));
        return tenants;
    }

    /**
     * Returns every network of the file, faulty ones included, so that a reference to one is not reported as dangling.
     */
    Set<NetworkName> named() {
        return named;
    }

    /** Returns the network that owns each VLAN. */
    Map<Integer, NetworkName> byVlan() {
        return byVlan;
    }

    private TenantConfig tenant(String tenant, Node.Mapping mapping, String path) {
        MappingReader fields = MappingReader.of(mapping, Section.TENANT, path, faults);
        SequencedMap<String, NetworkConfig> networks = new LinkedHashMap<>();
        List<Subnet> subnets = new ArrayList<>();
        NamedEntries.each(fields.mapping("networks"), fields.path("networks"), faults, (entry, value, at) -> {
            NetworkName name = new NetworkName(tenant, entry.key());
            named.add(name);
            network(name, MappingReader.of(value, Section.NETWORK, at, faults), subnets)
                    .ifPresent(network -> networks.put(entry.key(), network));
        });
        Overlaps.each(subnets, Subnet::prefix, faults::isFull, this::overlap);
        return new TenantConfig(tenant, networks, zones.bind(fields, Optional.of(tenant)),
                policies.bind(fields, Optional.of(tenant)));
    }

    /** Reports subnets of one tenant that overlap, as an address must belong to one network only. */
    private void overlap(Subnet outer, Subnet inner) {
        boolean innerIsLater = outer.position().compareTo(inner.position()) <= 0;
        Subnet later = innerIsLater ? inner : outer;
        Subnet first = innerIsLater ? outer : inner;
        faults.add(Fault.Kind.CONFLICT, later.path(), later.position(), later.prefix() + " overlaps " + first.prefix()
                + " of network " + first.network() + first.position().suffix()
                + "; subnets of one tenant are apart, those of two need not be");
    }

    private record Subnet(Prefix prefix, NetworkName network, String path, Position position) {
    }

    private Optional<NetworkConfig> network(NetworkName name, MappingReader fields, List<Subnet> all) {
        fields.require("vlan", "a VLAN ID (1-4094)");
        OptionalInt vlan = fields.integer("vlan", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        vlan.ifPresent(vid -> claims.claim("VLAN " + vid, "network " + name, fields.path("vlan"),
                fields.position("vlan")));
        vlan.ifPresent(vid -> byVlan.putIfAbsent(vid, name));
        List<String> subnets = new ArrayList<>();
        fields.eachScalar("subnets", "a subnet", (scalar, path) -> {
            if (Scalars.isPrefix(scalar.text())) {
                subnets.add(scalar.text());
                Prefixes.parse(scalar.text())
                        .ifPresent(prefix -> all.add(new Subnet(prefix, name, path, scalar.position())));
            } else {
                faults.add(Fault.Kind.VALUE, path, scalar.position(), Faults.shown(scalar.text())
                        + " is not a subnet (such as 10.10.0.0/24, with no bits set behind the prefix)");
            }
        });
        Optional<String> zone = fields.text("zone").filter(text -> !text.equals(ZoneConfig.NONE));
        Optional<String> tenant = Optional.of(name.tenant());
        zone.filter(text -> !zoneNames.has(tenant, text))
                .ifPresent(text -> fields.fault(Fault.Kind.REFERENCE, "zone", zoneNames.unknown(tenant, text)));
        List<Prefix> nextHops = nextHops(fields, subnets);
        boolean querier = fields.flag("querier", false);
        if (querier && vlan.isPresent()) {
            tunnels.excludes(vlan.getAsInt(), fields.path("querier"), fields.position("querier"),
                    "nobody looks into its multicast, which is the customer's");
        }
        return vlan.isPresent()
                ? Optional.of(new NetworkConfig(name, vlan.getAsInt(), subnets, zone, nextHops, multicast(fields),
                        querier))
                : Optional.empty();
    }

    private Set<NetworkConfig.PeerMulticast> multicast(MappingReader fields) {
        Set<NetworkConfig.PeerMulticast> passed = EnumSet.noneOf(NetworkConfig.PeerMulticast.class);
        fields.eachScalar("peer-multicast", "a protocol",
                (scalar, path) -> Arrays.stream(NetworkConfig.PeerMulticast.values())
                        .filter(protocol -> protocol.name().toLowerCase(Locale.ROOT).equals(scalar.text())).findFirst()
                        .ifPresentOrElse(passed::add, () -> faults.add(Fault.Kind.VALUE, path, scalar.position(),
                                Faults.shown(scalar.text()) + " is not one of mdns, ssdp")));
        return passed;
    }

    /** The routers of VPN peers: at most one IPv4 and one IPv6 address, on the link. */
    private List<Prefix> nextHops(MappingReader fields, List<String> subnets) {
        List<Prefix> hops = new ArrayList<>();
        fields.eachScalar("next-hop", "an address", (scalar, path) -> {
            Optional<Prefix> hop = Prefixes.parse(scalar.text())
                    .filter(address -> address.bits() == 128 && Prefixes.isStation(address));
            if (hop.isEmpty()) {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + " is not the address of a router (such as 10.10.0.254)");
            } else if (subnets.stream().flatMap(text -> Prefixes.parse(text).stream())
                    .noneMatch(subnet -> Prefixes.contains(subnet, hop.get()))) {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        hop.get() + " lies in none of the network's subnets " + subnets);
            } else if (hops.stream().anyMatch(other -> other.isIpv4() == hop.get().isIpv4())) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(),
                        "a second router of that IP version; a network has one next hop");
            } else {
                hops.add(hop.get());
            }
        });
        return hops;
    }
}
