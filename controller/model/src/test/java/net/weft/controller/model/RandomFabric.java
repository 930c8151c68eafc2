package net.weft.controller.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanSet;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.GuardRole;
import net.weft.zone.Match;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import org.jspecify.annotations.Nullable;

/** Makes valid configurations from a seeded source, with words that YAML reads as something else among the names. */
public final class RandomFabric {
    private static final List<String> TRICKY = List.of("null", "true", "false", "no", "yes", "on", "1e5", "0x10", "123",
            "1.5", "0", "12.30", "nan", "y", "n", "0o17", "2027-06-30");
    private static final List<String> DESCRIPTIONS = List.of("plain", "with: colon", "# hash", "'quoted' \"twice\"",
            "- dash", "&a *b !c", "{x}", "[y]", " leading and trailing ", "true", "~", "null", "100", "0660",
            "ünïcödé ☃",
            "back\\slash", "%percent", "@at", "`tick`", "a,b", "x: ", "...", "---", "1_000", "?", "|", ">", "=", "<<");

    private final RandomGenerator random;
    private int unique;

    public RandomFabric(RandomGenerator random) {
        this.random = random;
    }

    public FabricConfig next() {
        SequencedMap<Integer, MemberConfig> members = new LinkedHashMap<>();
        members.put(1, member(1));
        if (maybe()) {
            members.put(2, member(2));
        }
        List<NetworkConfig> networks = new ArrayList<>();
        SequencedMap<String, ZoneConfig> zones = zones(Optional.empty());
        List<PolicyConfig> policies = policies(Optional.empty(), List.copyOf(zones.keySet()));
        SequencedMap<String, TenantConfig> tenants = tenants(networks, zones);
        SequencedMap<String, PortConfig> ports = new LinkedHashMap<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            PortConfig port = port(name(), members.size(), networks, zones, tenants);
            ports.put(port.name(), port);
        }
        mirror(ports, networks);
        return new FabricConfig(name(), maybe()
                ? Optional.of(new MacAddress(0x0200_0000_0000L + random.nextInt(9999)))
                : Optional.empty(), members, export(), connections(), tenants, zones, policies, ports);
    }

    private ExportConfig export() {
        return new ExportConfig(
                maybe()
                        ? Optional.of(new ExportConfig.Ipfix(endpoint(), sampling(), seconds(), seconds()))
                        : Optional.empty(),
                maybe()
                        ? Optional.of(new ExportConfig.Sflow(endpoint(), sampling(), seconds(),
                                maybe() ? Optional.of(pick(List.of("192.0.2.1", "2001:db8::1"))) : Optional.empty()))
                        : Optional.empty());
    }

    private ExportConfig.Endpoint endpoint() {
        return new ExportConfig.Endpoint(pick(List.of("192.0.2.1", "::1", "localhost", "flows.example.org", "a", "1a")),
                1 + random.nextInt(65_535));
    }

    private int sampling() {
        return pick(List.of(1, ExportConfig.DEFAULT_SAMPLING, ExportConfig.MAX_SAMPLING));
    }

    private int seconds() {
        return pick(List.of(1, 15, 60, 90, 600, 3600, 1 + random.nextInt(ExportConfig.MAX_SECONDS)));
    }

    /** Some ports are mirrored to the last, which may then have no membership. */
    private void mirror(SequencedMap<String, PortConfig> ports, List<NetworkConfig> networks) {
        if (ports.size() < 2 || maybe()) {
            return;
        }
        PortConfig target = ports.lastEntry().getValue();
        boolean plain = false;
        for (PortConfig port : List.copyOf(ports.values())) {
            if (port != target && port.member() == target.member() && maybe()) {
                int vid = 1 + random.nextInt(4094);
                boolean taken = networks.stream().anyMatch(network -> network.vlan() == vid);
                OptionalInt vlan = taken || maybe() ? OptionalInt.empty() : OptionalInt.of(vid);
                plain |= vlan.isEmpty();
                ports.put(port.name(), mirrored(port, port.membership(), new MirrorConfig(target.name(), vlan)));
            }
        }
        if (plain && maybe()) {
            ports.put(target.name(), mirrored(target, new MembershipConfig.None(), null));
        }
    }

    private static PortConfig mirrored(PortConfig port, MembershipConfig membership, @Nullable MirrorConfig mirror) {
        return new PortConfig(port.name(), port.member(), port.device(), membership, port.macLimit(), port.mtu(),
                port.enabled(), port.description(), port.protection(), Optional.ofNullable(mirror),
                membership instanceof MembershipConfig.None
                        ? new PortZonesConfig(port.zones().zone(), new LinkedHashMap<>())
                        : port.zones(),
                port.guard());
    }

    private MemberConfig member(int id) {
        List<Integer> cpus = random.ints(random.nextInt(4), 0, WorkerConfig.MAX_CPU).distinct().boxed().toList();
        return new MemberConfig(id, maybe() ? OptionalInt.of(random.nextInt(256)) : OptionalInt.empty(),
                maybe() ? Optional.of(pick(List.of("192.0.2.1", "2001:db8::1", "::"))) : Optional.empty(),
                new WorkerConfig(cpus, pick(List.of(WorkerConfig.Poll.values()))));
    }

    private SequencedMap<String, TenantConfig> tenants(List<NetworkConfig> all,
            SequencedMap<String, ZoneConfig> fabricZones) {
        SequencedMap<String, TenantConfig> tenants = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String tenant = name();
            if (tenants.containsKey(tenant)) {
                continue;
            }
            SequencedMap<String, NetworkConfig> networks = new LinkedHashMap<>();
            SequencedMap<String, ZoneConfig> zones = zones(Optional.of(tenant));
            List<String> known = Stream.concat(zones.keySet().stream(), fabricZones.keySet().stream()).distinct()
                    .toList();
            for (int j = random.nextInt(4); j > 0; j--) {
                NetworkName name = new NetworkName(tenant, name());
                if (networks.containsKey(name.network())) {
                    continue;
                }
                List<String> subnets = maybe()
                        ? List.of("10." + j + ".0.0/16", "fd00:" + j + "::/64")
                        : List.of();
                NetworkConfig network = new NetworkConfig(name, 4094 - unique++, subnets, maybePick(known), maybe());
                networks.put(name.network(), network);
                all.add(network);
            }
            tenants.put(tenant, new TenantConfig(tenant, networks, zones, policies(Optional.of(tenant), known)));
        }
        return tenants;
    }

    /** No network has it: those are numbered from 4094 down. */
    private static final int TUNNEL = 7;

    private PortConfig port(String name, int members, List<NetworkConfig> networks,
            SequencedMap<String, ZoneConfig> zones,
            SequencedMap<String, TenantConfig> tenants) {
        MembershipConfig membership = membership(networks);
        List<String> known = new ArrayList<>(zones.keySet());
        if (membership instanceof MembershipConfig.Network(NetworkName(String tenant, String _))) {
            known.addAll(Objects.requireNonNull(tenants.get(tenant)).zones().keySet());
        }
        return new PortConfig(name, 1 + random.nextInt(members), device(), membership,
                maybe() ? OptionalInt.of(1 + random.nextInt(PortConfig.MAX_MAC_LIMIT)) : OptionalInt.empty(),
                maybe()
                        ? OptionalInt.of(random.nextInt(PortConfig.MIN_MTU, PortConfig.MAX_MTU + 1))
                        : OptionalInt.empty(),
                maybe(), maybe() ? Optional.of(pick(DESCRIPTIONS)) : Optional.empty(), protection(membership),
                Optional.empty(), portZones(membership, known), guard());
    }

    private PortZonesConfig portZones(MembershipConfig membership, List<String> known) {
        SequencedMap<Integer, String> byVlan = new LinkedHashMap<>();
        if (membership instanceof MembershipConfig.Trunk trunk && maybe()) {
            trunk.allowed().vids().filter(vid -> vid < 4000).limit(3)
                    .forEach(vid -> byVlan.put(vid, known.isEmpty() || maybe() ? "none" : known.getFirst()));
        }
        return new PortZonesConfig(maybePick(known), byVlan);
    }

    /** No address is given twice. */
    private GuardConfig guard() {
        boolean isStrict = maybe();
        Set<GuardRole> roles = isStrict && maybe() ? Set.of(GuardRole.ROUTER, GuardRole.QUERIER) : Set.of();
        return new GuardConfig(maybe() ? List.of(mac()) : List.of(), maybe() ? List.of(ipv4(128), ipv6()) : List.of(),
                maybe() ? List.of() : List.of(mac()), maybe() ? List.of() : List.of(ipv4(124)), roles, isStrict);
    }

    private MacAddress mac() {
        return new MacAddress(0x0200_0000_0000L + unique++);
    }

    private Prefix ipv4(int bits) {
        return new Prefix(0, Prefix.ipv4(0x0a000000 + (unique++ << 4)), bits, true);
    }

    private Prefix ipv6() {
        return new Prefix(0xfd00_0010L << 32 | unique++, 0, pick(List.of(64, 65, 128)), false);
    }

    private SequencedMap<String, ZoneConfig> zones(Optional<String> tenant) {
        SequencedMap<String, ZoneConfig> zones = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ZoneConfig zone = new ZoneConfig(new ScopedName(tenant, name()), maybe());
            zones.put(zone.name().name(), zone);
        }
        return zones;
    }

    private List<PolicyConfig> policies(Optional<String> tenant, List<String> zones) {
        SequencedMap<String, PolicyConfig> policies = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = name();
            policies.put(name, new PolicyConfig(new ScopedName(tenant, name), some(zones), some(zones), matches(),
                    maybe() ? List.of() : List.of(ipv4(pick(List.of(128, 124)))), maybe() ? List.of() : List.of(ipv6()),
                    pick(List.of(Action.values())), maybe(), maybe(), maybe(), maybe(), maybe()));
        }
        return List.copyOf(policies.values());
    }

    private List<String> some(List<String> zones) {
        return Stream.concat(zones.stream(), Stream.of("none", "local")).filter(_ -> maybe()).toList();
    }

    private List<Match> matches() {
        int low = random.nextInt(65_536);
        List<Match> matches = Stream.of(new Match(Match.Kind.TCP, low, low), new Match(Match.Kind.TCP, 0, 65_535),
                new Match(Match.Kind.UDP, 0, low), new Match(Match.Kind.SCTP, low, low),
                new Match(Match.Kind.ICMP, low & 15, low & 15),
                new Match(Match.Kind.ICMP, 0, 255), new Match(Match.Kind.ICMPV6, 128 | low & 15, 128 | low & 15),
                new Match(Match.Kind.PROTOCOL, low & 255, low & 255),
                new Match(Match.Kind.ETHER, 0x600 | low, 0x600 | low)).filter(_ -> maybe()).toList();
        return matches.isEmpty() ? List.of(Match.ANY) : matches;
    }

    private ConnectionsConfig connections() {
        int total = pick(
                List.of(ConnectionLimits.DEFAULT.total(), ConnectionsConfig.MIN_TOTAL, ConnectionsConfig.MAX_TOTAL));
        ConnectionLimits limits = new ConnectionLimits(total,
                pick(List.of(1 + random.nextInt(total), Math.min(total, ConnectionLimits.DEFAULT.perNetwork()))),
                pick(List.of(1 + random.nextInt(total), Math.min(total, ConnectionLimits.DEFAULT.perPort()))));
        return new ConnectionsConfig(limits, maybe()
                ? Timeouts.DEFAULT
                : new Timeouts(1 + random.nextInt(ConnectionsConfig.MAX_SECONDS), 60, 1800, 3600, 1, 90, 7200, 86_400));
    }

    private Optional<String> maybePick(List<String> from) {
        return from.isEmpty() || maybe() ? Optional.empty() : Optional.of(pick(from));
    }

    private ProtectionConfig protection(MembershipConfig membership) {
        return new ProtectionConfig(
                maybe() ? OptionalInt.of(random.nextInt(1 + ProtectionConfig.MAX_STORM_LIMIT)) : OptionalInt.empty(),
                rate(), rate(), membership instanceof MembershipConfig.Tunnel
                        ? ProtectionConfig.Bpdu.DROP
                        : pick(List.of(ProtectionConfig.Bpdu.values())),
                maybe(), pick(List.of(ProtectionConfig.MacMove.values())),
                Stream.of(ProtectionConfig.Passed.values()).filter(_ -> maybe()).collect(Collectors.toSet()));
    }

    private OptionalLong rate() {
        long unit = pick(List.of(1L, 1_000L, 1_000_000L));
        return maybe()
                ? OptionalLong.of(unit * random.nextLong(ProtectionConfig.MIN_RATE, 1_000_000))
                : OptionalLong.empty();
    }

    private DeviceConfig device() {
        String interfaceName = pick(List.of("eth", "1", "0x", "~", "tap-", "a.")) + unique++;
        String path = "/run/we ft: " + unique++ + pick(List.of(".sock", " #x", "'", ""));
        return switch (random.nextInt(9)) {
            case 0 -> new DeviceConfig.Tap(interfaceName, maybe());
            case 1 -> new DeviceConfig.Nic(interfaceName, maybe());
            case 2 -> new DeviceConfig.QemuStream(path, DeviceConfig.QemuStream.Mode.SERVER, access());
            case 3 -> new DeviceConfig.QemuStream(path, DeviceConfig.QemuStream.Mode.CLIENT, SocketAccess.DEFAULT);
            case 4 -> new DeviceConfig.VhostUser(path, DeviceConfig.QemuStream.Mode.SERVER, 1 + random.nextInt(127),
                    access(), maybe(), maybe());
            case 6 -> new DeviceConfig.Pcap(interfaceName);
            case 7 -> files(path);
            case 5 -> new DeviceConfig.VhostUser(path, DeviceConfig.QemuStream.Mode.CLIENT, 1, SocketAccess.DEFAULT,
                    maybe(), false);
            default -> new DeviceConfig.QemuDgram(path, path + "-remote", access());
        };
    }

    private DeviceConfig files(String path) {
        Optional<String> write = maybe() ? Optional.of(path) : Optional.empty();
        return write.isPresent() && maybe()
                ? new DeviceConfig.PcapFiles(Optional.empty(), false, OptionalInt.of(1), write)
                : new DeviceConfig.PcapFiles(Optional.of(path), maybe(),
                        maybe() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(1000)), write);
    }

    private SocketAccess access() {
        return new SocketAccess(maybe() ? Optional.of(pick(List.of("root", "0", "null", "1000"))) : Optional.empty(),
                maybe() ? Optional.of("kvm") : Optional.empty(), random.nextInt(01000));
    }

    private MembershipConfig membership(List<NetworkConfig> networks) {
        int kind = random.nextInt(networks.isEmpty() ? 3 : 4);
        if (kind == 0) {
            return new MembershipConfig.Access(1 + random.nextInt(4094));
        }
        if (kind == 2) {
            return new MembershipConfig.Tunnel(TUNNEL);
        }
        if (kind == 3) {
            return new MembershipConfig.Network(pick(networks).name());
        }
        int first = 1 + random.nextInt(4000);
        VlanSet allowed = VlanSet.range(first, first + random.nextInt(94)).union(VlanSet.of(1 + random.nextInt(4094)));
        return new MembershipConfig.Trunk(allowed,
                maybe() && first != TUNNEL ? OptionalInt.of(first) : OptionalInt.empty(),
                pick(MembershipConfig.Trunk.TUNNEL_TPIDS));
    }

    private String name() {
        unique++;
        String word = pick(TRICKY);
        return maybe() ? word : pick(List.of("a", "web", "0.", "x_")) + unique;
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
