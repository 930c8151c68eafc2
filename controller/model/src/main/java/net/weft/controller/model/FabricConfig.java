package net.weft.controller.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;

/**
 * The desired state of one logical switch: the complete, validated content of a {@code fabric.yaml}. All references
 * resolve, names and values are in range, and no two objects claim the same VLAN, interface or socket.
 *
 * @param name name of the logical switch
 * @param systemMac unicast, not zero; empty until the first commit generates one
 * @param members members by ID; never empty
 * @param export traffic export to collectors
 * @param connections limits and timeouts of the connection table
 * @param tenants tenants by name, in the order of the file
 * @param zones the fabric's own zones by name, in the order of the file
 * @param policies the fabric's own policies, in the order of evaluation
 * @param ports ports by name, in the order of the file; those of {@code ports} first, then those of {@code lags}
 * @param vpn VPN gateways by name, in the order of the file
 * @param stack what concerns the stack as a whole
 */
public record FabricConfig(String name, Optional<MacAddress> systemMac, SequencedMap<Integer, MemberConfig> members,
        ExportConfig export, ConnectionsConfig connections, SequencedMap<String, TenantConfig> tenants,
        SequencedMap<String, ZoneConfig> zones, List<PolicyConfig> policies, SequencedMap<String, PortConfig> ports,
        SequencedMap<String, VpnGatewayConfig> vpn, StackConfig stack) {
    public static final String DEFAULT_NAME = "weft";

    public FabricConfig {
        members = Ordered.copyOf(members);
        tenants = Ordered.copyOf(tenants);
        zones = Ordered.copyOf(zones);
        policies = List.copyOf(policies);
        ports = Ordered.copyOf(ports);
        vpn = Ordered.copyOf(vpn);
    }

    /** Creates a configuration without settings of the stack. */
    public FabricConfig(String name, Optional<MacAddress> systemMac, SequencedMap<Integer, MemberConfig> members,
            ExportConfig export, ConnectionsConfig connections, SequencedMap<String, TenantConfig> tenants,
            SequencedMap<String, ZoneConfig> zones, List<PolicyConfig> policies,
            SequencedMap<String, PortConfig> ports, SequencedMap<String, VpnGatewayConfig> vpn) {
        this(name, systemMac, members, export, connections, tenants, zones, policies, ports, vpn, StackConfig.DEFAULT);
    }

    /** Creates a configuration without VPN gateways. */
    public FabricConfig(String name, Optional<MacAddress> systemMac, SequencedMap<Integer, MemberConfig> members,
            ExportConfig export, ConnectionsConfig connections, SequencedMap<String, TenantConfig> tenants,
            SequencedMap<String, ZoneConfig> zones, List<PolicyConfig> policies,
            SequencedMap<String, PortConfig> ports) {
        this(name, systemMac, members, export, connections, tenants, zones, policies, ports, Ordered.copyOf(Map.of()));
    }

    /** Returns the configuration that runs before the first commit: member 1 and nothing else. */
    public static FabricConfig empty() {
        SequencedMap<Integer, MemberConfig> members = new LinkedHashMap<>();
        members.put(1, MemberConfig.of(1));
        return new FabricConfig(DEFAULT_NAME, Optional.empty(), members, ExportConfig.NONE, ConnectionsConfig.DEFAULT,
                Ordered.copyOf(Map.of()), Ordered.copyOf(Map.of()), List.of(), Ordered.copyOf(Map.of()));
    }

    public FabricConfig withSystemMac(MacAddress mac) {
        return new FabricConfig(name, Optional.of(mac), members, export, connections, tenants, zones, policies, ports,
                vpn, stack);
    }

    /** Returns every network of every tenant. */
    public Stream<NetworkConfig> networks() {
        return tenants.values().stream().flatMap(tenant -> tenant.networks().values().stream());
    }

    /** Returns every zone: the fabric's own, then those of each tenant. */
    public Stream<ZoneConfig> allZones() {
        return Stream.concat(zones.values().stream(),
                tenants.values().stream().flatMap(tenant -> tenant.zones().values().stream()));
    }

    /** Returns every policy in the order of evaluation: the fabric's own, then those of each tenant. */
    public Stream<PolicyConfig> allPolicies() {
        return Stream.concat(policies.stream(),
                tenants.values().stream().flatMap(tenant -> tenant.policies().stream()));
    }

    /**
     * Resolves the name of a zone: the tenant's own zone of that name, else the fabric's; empty for {@code none}.
     *
     * @param tenant the tenant in whose scope the name is used; empty: the fabric
     */
    public Optional<ZoneConfig> zone(Optional<String> tenant, String name) {
        return tenant.map(tenants::get).map(of -> of.zones().get(name)).or(() -> Optional.ofNullable(zones.get(name)));
    }

    /** Returns the zone of the frames of a port in a VLAN; empty: none. */
    public Optional<ZoneConfig> zoneOf(PortConfig port, int vid) {
        return zoneOf(port, vid, networkOf(vid));
    }

    /** @param network the owner of the VLAN, which the caller has looked up */
    Optional<ZoneConfig> zoneOf(PortConfig port, int vid, Optional<NetworkConfig> network) {
        return Optional.ofNullable(port.zones().byVlan().get(vid)).or(port.zones()::zone)
                .or(() -> network.flatMap(NetworkConfig::zone))
                .flatMap(name -> zone(network.map(of -> of.name().tenant()), name));
    }

    /** Returns the VLANs of a port, whatever the form of its membership. */
    public VlanSet vlans(PortConfig port) {
        return switch (port.membership()) {
            case MembershipConfig.Network(NetworkName name) -> network(name).map(of -> VlanSet.of(of.vlan()))
                    .orElse(VlanSet.EMPTY);
            case MembershipConfig.None _,MembershipConfig.Leg _,MembershipConfig.Stack _ -> VlanSet.EMPTY;
            case MembershipConfig.Access(int vid) -> VlanSet.of(vid);
            case MembershipConfig.Tunnel(int vid) -> VlanSet.of(vid);
            case MembershipConfig.Trunk trunk -> trunk.allowed();
        };
    }

    /** Returns a port; those of VPN gateways ({@code office}) and of their peers ({@code office/alice}) included. */
    public Optional<PortConfig> port(String name) {
        return Optional.ofNullable(ports.get(name)).or(() -> VpnPorts.port(this, name));
    }

    /** Returns every port: those of the file, then those of VPN gateways and their peers. */
    public Stream<PortConfig> allPorts() {
        return Stream.concat(ports.values().stream(), VpnPorts.all(this));
    }

    /** Returns the name of every port. */
    public Stream<String> portNames() {
        return Stream.concat(ports.keySet().stream(), VpnPorts.names(vpn));
    }

    /** Returns the port that frames of this port belong to: the LAG of a leg, else the port itself. */
    public PortConfig aggregate(PortConfig port) {
        return port.membership() instanceof MembershipConfig.Leg(String lag) ? ports.getOrDefault(lag, port) : port;
    }

    /** Returns the members that have a port: one, or those that have legs of a LAG, in ascending order. */
    public SortedSet<Integer> membersOf(PortConfig port) {
        SortedSet<Integer> members = new TreeSet<>();
        if (port.device() instanceof DeviceConfig.Lag(LagSettings settings)) {
            settings.ports().stream().map(ports::get).filter(Objects::nonNull)
                    .forEach(leg -> members.add(leg.member()));
        }
        if (members.isEmpty()) {
            members.add(port.member());
        }
        return members;
    }

    /** Returns whether a member has a port, or a leg of it. */
    public boolean isAt(PortConfig port, int member) {
        return membersOf(port).contains(member);
    }

    /** Returns whether a port is a LAG that has legs at several members. */
    public boolean isSpread(PortConfig port) {
        return membersOf(port).size() > 1;
    }

    public Optional<NetworkConfig> network(NetworkName name) {
        return Optional.ofNullable(tenants.get(name.tenant()))
                .flatMap(tenant -> Optional.ofNullable(tenant.networks().get(name.network())));
    }

    /** Returns the network that owns this VLAN, whether or not ports refer to it by name. */
    public Optional<NetworkConfig> networkOf(int vid) {
        return networks().filter(network -> network.vlan() == vid).findFirst();
    }

    /** Returns the names of SPAN targets: ports that receive mirrored frames unchanged, and carry no other traffic. */
    public Set<String> mirrorTargets() {
        return ports.values().stream().flatMap(port -> port.mirror().stream())
                .filter(mirror -> mirror.vlan().isEmpty()).map(MirrorConfig::port).collect(Collectors.toSet());
    }

    /** Returns the VLANs that are the tunnel of at least one {@code dot1q-tunnel} port. */
    public VlanSet tunnels() {
        return VlanSet.of(ports.values().stream()
                .mapToInt(port -> port.membership() instanceof MembershipConfig.Tunnel(int vid) ? vid : 0)
                .filter(vid -> vid != 0).toArray());
    }

    /**
     * Converts the membership of a port of this fabric to the form that the switch takes.
     *
     * @throws IllegalArgumentException if the port names a network that does not exist
     */
    public VlanMembership vlanMembership(PortConfig port) {
        return switch (port.membership()) {
            case MembershipConfig.Network(NetworkName name) -> VlanMembership.access(network(name)
                    .orElseThrow(() -> new IllegalArgumentException("there is no network " + name)).vlan());
            case MembershipConfig.None _,MembershipConfig.Leg _,MembershipConfig.Stack _ -> VlanMembership.none();
            case MembershipConfig.Access(int vid) -> VlanMembership.access(vid);
            case MembershipConfig.Tunnel(int vid) -> VlanMembership.tunnel(vid);
            case MembershipConfig.Trunk trunk ->
                VlanMembership.trunk(trunk.allowed(), trunk.nativeVlan().orElse(0), tunnels(), trunk.tunnelTpid());
        };
    }
}
