package net.weft.controller.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;

/**
 * The desired state of one logical switch; the whole of what a {@code fabric.yaml} says, checked. References hold, names
 * and values are in range, no two objects contend for one VLAN, interface or socket.
 *
 * @param name of the logical switch
 * @param systemMac unicast, not zero; empty until the first commit makes one
 * @param members by ID; never empty
 * @param export what collectors are told
 * @param connections how many are remembered, and how long
 * @param tenants by name, in the order of the file
 * @param zones the fabric's own, by name, in the order of the file
 * @param policies the fabric's own, in the order they are judged
 * @param ports by name, in the order of the file
 */
public record FabricConfig(String name, Optional<MacAddress> systemMac, SequencedMap<Integer, MemberConfig> members,
        ExportConfig export, ConnectionsConfig connections, SequencedMap<String, TenantConfig> tenants,
        SequencedMap<String, ZoneConfig> zones, List<PolicyConfig> policies, SequencedMap<String, PortConfig> ports) {
    public static final String DEFAULT_NAME = "weft";

    public FabricConfig {
        members = Ordered.copyOf(members);
        tenants = Ordered.copyOf(tenants);
        zones = Ordered.copyOf(zones);
        policies = List.copyOf(policies);
        ports = Ordered.copyOf(ports);
    }

    /** Member 1 and nothing else: what runs before anything was configured. */
    public static FabricConfig empty() {
        SequencedMap<Integer, MemberConfig> members = new LinkedHashMap<>();
        members.put(1, MemberConfig.of(1));
        return new FabricConfig(DEFAULT_NAME, Optional.empty(), members, ExportConfig.NONE, ConnectionsConfig.DEFAULT,
                Ordered.copyOf(Map.of()), Ordered.copyOf(Map.of()), List.of(), Ordered.copyOf(Map.of()));
    }

    public FabricConfig withSystemMac(MacAddress mac) {
        return new FabricConfig(name, Optional.of(mac), members, export, connections, tenants, zones, policies, ports);
    }

    /** Every network of every tenant. */
    public Stream<NetworkConfig> networks() {
        return tenants.values().stream().flatMap(tenant -> tenant.networks().values().stream());
    }

    /** Every zone: the fabric's own, then those of each tenant. */
    public Stream<ZoneConfig> allZones() {
        return Stream.concat(zones.values().stream(),
                tenants.values().stream().flatMap(tenant -> tenant.zones().values().stream()));
    }

    /** Every policy in the order they are judged: the fabric's own, then those of each tenant. */
    public Stream<PolicyConfig> allPolicies() {
        return Stream.concat(policies.stream(),
                tenants.values().stream().flatMap(tenant -> tenant.policies().stream()));
    }

    /**
     * The zone that a name means: the tenant's own, else the fabric's; empty for {@code none}.
     *
     * @param tenant who says it; empty: the fabric
     */
    public Optional<ZoneConfig> zone(Optional<String> tenant, String name) {
        return tenant.map(tenants::get).map(of -> of.zones().get(name)).or(() -> Optional.ofNullable(zones.get(name)));
    }

    /** The zone of what passes a port in a VLAN; empty: none. */
    public Optional<ZoneConfig> zoneOf(PortConfig port, int vid) {
        return zoneOf(port, vid, networkOf(vid));
    }

    /** @param network the owner of the VLAN, which the caller has looked up */
    Optional<ZoneConfig> zoneOf(PortConfig port, int vid, Optional<NetworkConfig> network) {
        return Optional.ofNullable(port.zones().byVlan().get(vid)).or(port.zones()::zone)
                .or(() -> network.flatMap(NetworkConfig::zone))
                .flatMap(name -> zone(network.map(of -> of.name().tenant()), name));
    }

    /** The VLANs of a port, however its membership is written. */
    public VlanSet vlans(PortConfig port) {
        return switch (port.membership()) {
            case MembershipConfig.Network(NetworkName name) -> network(name).map(of -> VlanSet.of(of.vlan()))
                    .orElse(VlanSet.EMPTY);
            case MembershipConfig.None _ -> VlanSet.EMPTY;
            case MembershipConfig.Access(int vid) -> VlanSet.of(vid);
            case MembershipConfig.Tunnel(int vid) -> VlanSet.of(vid);
            case MembershipConfig.Trunk trunk -> trunk.allowed();
        };
    }

    public Optional<PortConfig> port(String name) {
        return Optional.ofNullable(ports.get(name));
    }

    public Optional<NetworkConfig> network(NetworkName name) {
        return Optional.ofNullable(tenants.get(name.tenant()))
                .flatMap(tenant -> Optional.ofNullable(tenant.networks().get(name.network())));
    }

    /** The network that owns this VLAN, however a port's membership is written. */
    public Optional<NetworkConfig> networkOf(int vid) {
        return networks().filter(network -> network.vlan() == vid).findFirst();
    }

    /** The names of ports that others are mirrored to as they are (SPAN): while they are, they carry nothing else. */
    public Set<String> mirrorTargets() {
        return ports.values().stream().flatMap(port -> port.mirror().stream())
                .filter(mirror -> mirror.vlan().isEmpty()).map(MirrorConfig::port).collect(Collectors.toSet());
    }

    /** The VLANs in which any port has customers' frames carried. */
    public VlanSet tunnels() {
        return VlanSet.of(ports.values().stream()
                .mapToInt(port -> port.membership() instanceof MembershipConfig.Tunnel(int vid) ? vid : 0)
                .filter(vid -> vid != 0).toArray());
    }

    /**
     * The VLANs of a port of this fabric and what happens to tags there, as the switch takes it.
     *
     * @throws IllegalArgumentException if the port names a network that this fabric has not
     */
    public VlanMembership vlanMembership(PortConfig port) {
        return switch (port.membership()) {
            case MembershipConfig.Network(NetworkName name) -> VlanMembership.access(network(name)
                    .orElseThrow(() -> new IllegalArgumentException("there is no network " + name)).vlan());
            case MembershipConfig.None _ -> VlanMembership.none();
            case MembershipConfig.Access(int vid) -> VlanMembership.access(vid);
            case MembershipConfig.Tunnel(int vid) -> VlanMembership.tunnel(vid);
            case MembershipConfig.Trunk trunk ->
                VlanMembership.trunk(trunk.allowed(), trunk.nativeVlan().orElse(0), tunnels(), trunk.tunnelTpid());
        };
    }
}
