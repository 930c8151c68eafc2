package net.weft.controller.model.yaml.bind;

import static net.weft.controller.model.yaml.bind.Key.Shape.BOOLEAN;
import static net.weft.controller.model.yaml.bind.Key.Shape.INTEGER;
import static net.weft.controller.model.yaml.bind.Key.Shape.LIST;
import static net.weft.controller.model.yaml.bind.Key.Shape.MAPPING;
import static net.weft.controller.model.yaml.bind.Key.Shape.TEXT;
import static net.weft.controller.model.yaml.bind.Key.Shape.TEXT_OR_LIST;
import static net.weft.controller.model.yaml.bind.Key.Shape.TEXT_OR_MAPPING;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.weft.controller.model.yaml.tree.Suggestion;

/**
 * The table of all keys of the language, by the mapping to which they belong. To support another key, move it from
 * {@code planned} to {@code supported}, and bind it.
 */
public enum Section {
    ROOT(//
            supported(TEXT, "fabric", "system-mac"),
            supported(MAPPING, "members", "export", "connections", "tenants", "zones"),
            supported(LIST, "policies"), supported(MAPPING, "ports", "lags", "vpn", "stack"), planned("uplinks")), //
    STACK(//
            supported(TEXT, "link-protection"), planned("key-file", "probes", "split")), //
    MEMBER(//
            supported(INTEGER, "priority"), supported(TEXT, "management"), supported(MAPPING, "workers")), //
    WORKERS(//
            supported(LIST, "cpus"), supported(TEXT, "poll")), //
    CONNECTIONS(//
            supported(INTEGER, "total", "per-network", "per-port"), supported(MAPPING, "timeouts")), //
    TIMEOUTS(//
            supported(TEXT, "tcp-established", "tcp-opening", "tcp-half-closed", "tcp-closing", "udp", "udp-stream",
                    "icmp", "other")), //
    TENANT(//
            supported(MAPPING, "networks", "zones"), supported(LIST, "policies")), //
    NETWORK(//
            supported(INTEGER, "vlan"), supported(LIST, "subnets"), supported(TEXT, "zone"),
            supported(BOOLEAN, "querier"), supported(TEXT_OR_LIST, "next-hop", "peer-multicast"),
            planned("gateway", "dhcp", "nat")), //
    ZONE(//
            supported(TEXT, "intra")), //
    POLICY(//
            supported(TEXT, "name"), supported(TEXT_OR_LIST, "from", "to", "match", "source", "destination"),
            supported(TEXT, "action"),
            supported(BOOLEAN, "log", "keep-established", "midstream", "stateless", "multicast-replies")), //
    PORT(//
            supported(TEXT, "type"), supported(INTEGER, "member"), //
            only(Set.of("tap", "nic", "pcap"), TEXT, "device"),
            only(Set.of("pcap"), TEXT, "read", "write", "speed"), only(Set.of("pcap"), BOOLEAN, "loop"),
            only(Set.of("nic"), BOOLEAN, "share-with-host"), only(Set.of("tap"), BOOLEAN, "persist"),
            only(Set.of("qemu"), TEXT, "transport"), only(Set.of("qemu", "udp"), TEXT, "local", "remote"),
            only(Set.of("qemu", "vhost-user"), TEXT, "mode", "socket"), only(Set.of("vhost-user"), INTEGER, "queues"),
            only(Set.of("vhost-user"), TEXT, "memory"), only(Set.of("vhost-user"), BOOLEAN, "require-sealed-memory"),
            only(Set.of("qemu", "vhost-user"), TEXT, "socket-owner", "socket-group", "socket-mode"),
            supported(TEXT, "network"), supported(INTEGER, "access"), supported(MAPPING, "trunk"),
            supported(INTEGER, "dot1q-tunnel"),
            supported(TEXT, "tunnel-tpid"), supported(TEXT, "zone"), supported(MAPPING, "zones"),
            supported(TEXT_OR_LIST, "mac", "ips", "shared-macs", "shared-ips"),
            supported(TEXT_OR_MAPPING, "guard"),
            supported(INTEGER, "mac-limit", "mtu", "storm-limit"), supported(MAPPING, "rate-limit"),
            supported(TEXT, "bpdu", "loop-probes", "mac-move"), supported(TEXT_OR_LIST, "pass"),
            supported(TEXT_OR_MAPPING, "mirror-to"), supported(BOOLEAN, "enabled"), supported(TEXT, "description"),
            supported(INTEGER, "port-priority"), supported(BOOLEAN, "lldp"), only(Set.of("nic", "udp"), TEXT, "role")), //
    /** A LAG has, besides its own keys, all keys of a port that do not belong to a device or a single cable. */
    LAG(//
            supported(LIST, "ports", "drained"), supported(TEXT, "lacp", "rate", "hash", "wait-to-restore", "fallback"),
            supported(INTEGER, "min-links", "system-priority"), PORT.ofAnyDevice()), //
    TRUNK(//
            supported(LIST, "allowed"), supported(INTEGER, "native")), //
    /** The keys of this mapping are VLAN IDs. */
    ZONES_BY_VLAN(), //
    GUARD(//
            supported(TEXT, "mode"), supported(BOOLEAN, "dhcp-server", "router", "querier")), //
    RATE_LIMIT(//
            supported(TEXT, "ingress", "egress")), //
    MIRROR(//
            supported(TEXT, "port"), supported(INTEGER, "vlan")), //
    VPN(//
            supported(LIST, "members"), supported(INTEGER, "listen", "mtu", "keepalive"),
            supported(TEXT, "endpoint", "private-key-file", "max-offline"),
            supported(TEXT_OR_LIST, "dns", "client-routes"), supported(MAPPING, "peers", "websocket"),
            planned("address")), //
    VPN_WEBSOCKET(//
            supported(INTEGER, "listen"), supported(TEXT, "certificate-file", "certificate-key-file", "token-file")), //
    VPN_PEER(//
            supported(TEXT, "public-key", "next-public-key", "public-key-until", "preshared-key-file",
                    "network"),
            supported(TEXT_OR_LIST, "ips", "allowed-ips"),
            supported(TEXT, "zone", "expires", "description"), supported(INTEGER, "keepalive"),
            supported(MAPPING, "rate-limit"),
            supported(BOOLEAN, "enabled")), //
    EXPORT(//
            supported(MAPPING, "ipfix", "sflow")), //
    IPFIX(//
            supported(TEXT, "collector", "active-timeout", "idle-timeout"), supported(INTEGER, "sampling")), //
    SFLOW(//
            supported(TEXT, "collector", "counter-interval", "agent"), supported(INTEGER, "sampling"));

    /** The keys of the VLAN membership, of which a port has exactly one. */
    public static final List<String> MEMBERSHIP = List.of("network", "access", "trunk", "dot1q-tunnel");

    private final Map<String, Key> keys = new LinkedHashMap<>();
    /** By port type, of which the language has a few. */
    private final Map<String, List<String>> others = new ConcurrentHashMap<>();

    @SafeVarargs
    Section(List<Key>... rows) {
        Arrays.stream(rows).flatMap(List::stream).forEach(key -> keys.put(key.name(), key));
    }

    public Optional<Key> key(String name) {
        if (this == ZONES_BY_VLAN) {
            return Optional.of(new Key(name, TEXT, true, Set.of()));
        }
        return Optional.ofNullable(keys.get(name));
    }

    /** Returns the names of the keys that are supported, in the order of the table. */
    public List<String> supported() {
        return keys.values().stream().filter(Key::supported).map(Key::name).toList();
    }

    /** Returns the port types that have a key; empty: all of them. */
    public Set<String> types(String name) {
        return key(name).map(Key::types).orElse(Set.of());
    }

    /** Returns the section of a nested mapping. */
    public Optional<Section> nested(String name) {
        if (this == VPN_PEER && name.equals("rate-limit")) {
            return Optional.of(RATE_LIMIT);
        }
        if (this != PORT && this != LAG) {
            return Optional.empty();
        }
        return switch (name) {
            case "trunk" -> Optional.of(TRUNK);
            case "zones" -> Optional.of(ZONES_BY_VLAN);
            case "guard" -> Optional.of(GUARD);
            case "rate-limit" -> Optional.of(RATE_LIMIT);
            case "mirror-to" -> Optional.of(MIRROR);
            default -> Optional.empty();
        };
    }

    /** Returns the keys of a port that do not belong to its device or cable. */
    private List<Key> ofAnyDevice() {
        return keys.values().stream().filter(key -> key.types().isEmpty() && !Legs.KEYS.contains(key.name())).toList();
    }

    /** Returns the keys of a port that a leg of a LAG must not have, because they belong to the LAG. */
    public static List<String> notOnLegs() {
        return PORT.keys.values().stream()
                .filter(key -> key.types().isEmpty() && !Legs.KEYS.contains(key.name())
                        && !Legs.AND_LAGS.contains(key.name()))
                .map(Key::name).toList();
    }

    /** Returns the names of the keys that only other port types have. */
    List<String> notOf(String type) {
        return others.computeIfAbsent(type, _ -> keys.values().stream()
                .filter(key -> !key.types().isEmpty() && !key.types().contains(type)).map(Key::name).toList());
    }

    /** Returns {@code "; did you mean access?"}, or the list of supported keys. */
    public String hint(String unknown) {
        return Suggestion.nearest(unknown, keys.keySet()).map(name -> "; did you mean " + name + "?")
                .orElseGet(() -> "; known here: " + String.join(", ",
                        keys.values().stream().filter(Key::supported).map(Key::name).toList()));
    }

    /** The keys of a leg; constants of the enum itself are not there yet when its sections are made. */
    private static final class Legs {
        /** Keys of a port that a LAG does not have. */
        private static final Set<String> KEYS = Set.of("type", "member", "port-priority", "lldp", "role");
        /** Keys that both a LAG and its legs may have. */
        private static final Set<String> AND_LAGS = Set.of("enabled", "description");
    }

    private static List<Key> supported(Key.Shape shape, String... names) {
        return only(Set.of(), shape, names);
    }

    private static List<Key> only(Set<String> types, Key.Shape shape, String... names) {
        return Arrays.stream(names).map(name -> new Key(name, shape, true, types)).toList();
    }

    private static List<Key> planned(String... names) {
        return Arrays.stream(names).map(name -> new Key(name, TEXT, false, Set.of())).toList();
    }
}
