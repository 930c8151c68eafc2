package net.weft.controller.model.yaml;

import static net.weft.controller.model.yaml.Key.Shape.BOOLEAN;
import static net.weft.controller.model.yaml.Key.Shape.INTEGER;
import static net.weft.controller.model.yaml.Key.Shape.LIST;
import static net.weft.controller.model.yaml.Key.Shape.MAPPING;
import static net.weft.controller.model.yaml.Key.Shape.TEXT;
import static net.weft.controller.model.yaml.Key.Shape.TEXT_OR_LIST;
import static net.weft.controller.model.yaml.Key.Shape.TEXT_OR_MAPPING;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one table of the language's keys, by the mapping they stand in. To bring a key to life, move it from
 * {@code later} to {@code alive}, and bind it.
 */
enum Section {
    ROOT(//
            alive(TEXT, "fabric", "system-mac"), alive(MAPPING, "members", "export", "connections", "tenants", "zones"),
            alive(LIST, "policies"), alive(MAPPING, "ports"), later("stack", "lags", "uplinks", "vpn")), //
    MEMBER(//
            alive(INTEGER, "priority"), alive(TEXT, "management"), alive(MAPPING, "workers")), //
    WORKERS(//
            alive(LIST, "cpus"), alive(TEXT, "poll")), //
    CONNECTIONS(//
            alive(INTEGER, "total", "per-network", "per-port"), alive(MAPPING, "timeouts")), //
    TIMEOUTS(//
            alive(TEXT, "tcp-established", "tcp-opening", "tcp-half-closed", "tcp-closing", "udp", "udp-stream", "icmp",
                    "other")), //
    TENANT(//
            alive(MAPPING, "networks", "zones"), alive(LIST, "policies")), //
    NETWORK(//
            alive(INTEGER, "vlan"), alive(LIST, "subnets"), alive(TEXT, "zone"), alive(BOOLEAN, "querier"),
            later("gateway", "dhcp", "nat")), //
    ZONE(//
            alive(TEXT, "intra")), //
    POLICY(//
            alive(TEXT, "name"), alive(TEXT_OR_LIST, "from", "to", "match", "source", "destination"),
            alive(TEXT, "action"), alive(BOOLEAN, "log", "keep-established", "midstream", "stateless")), //
    PORT(//
            alive(TEXT, "type"), alive(INTEGER, "member"), //
            only(Set.of("tap", "nic", "pcap"), TEXT, "device"),
            only(Set.of("pcap"), TEXT, "read", "write", "speed"), only(Set.of("pcap"), BOOLEAN, "loop"),
            only(Set.of("nic"), BOOLEAN, "share-with-host"),
            only(Set.of("qemu"), TEXT, "transport", "local", "remote"),
            only(Set.of("qemu", "vhost-user"), TEXT, "mode", "socket"), only(Set.of("vhost-user"), INTEGER, "queues"),
            only(Set.of("qemu", "vhost-user"), TEXT, "socket-owner", "socket-group", "socket-mode"),
            alive(TEXT, "network"), alive(INTEGER, "access"), alive(MAPPING, "trunk"), alive(INTEGER, "dot1q-tunnel"),
            alive(TEXT, "tunnel-tpid"), alive(TEXT, "zone"), alive(MAPPING, "zones"),
            alive(TEXT_OR_LIST, "mac", "ips", "shared-macs", "shared-ips"), alive(TEXT_OR_MAPPING, "guard"),
            alive(INTEGER, "mac-limit", "mtu", "storm-limit"), alive(MAPPING, "rate-limit"), alive(TEXT, "bpdu"),
            alive(TEXT_OR_MAPPING, "mirror-to"), alive(BOOLEAN, "enabled"), alive(TEXT, "description"),
            later("role")), //
    TRUNK(//
            alive(LIST, "allowed"), alive(INTEGER, "native")), //
    /** Its keys are VLAN IDs. */
    ZONES_BY_VLAN(), //
    GUARD(//
            alive(TEXT, "mode"), alive(BOOLEAN, "dhcp-server", "router", "querier")), //
    RATE_LIMIT(//
            alive(TEXT, "ingress", "egress")), //
    MIRROR(//
            alive(TEXT, "port"), alive(INTEGER, "vlan")), //
    EXPORT(//
            alive(MAPPING, "ipfix", "sflow")), //
    IPFIX(//
            alive(TEXT, "collector", "active-timeout", "idle-timeout"), alive(INTEGER, "sampling")), //
    SFLOW(//
            alive(TEXT, "collector", "counter-interval", "agent"), alive(INTEGER, "sampling"));

    /** Port types of the language that later versions carry out. */
    static final Set<String> LATER_PORT_TYPES = Set.of("udp");
    /** Exactly one of these says which VLANs a port belongs to. */
    static final List<String> MEMBERSHIP = List.of("network", "access", "trunk", "dot1q-tunnel");

    private final Map<String, Key> keys = new LinkedHashMap<>();

    @SafeVarargs
    Section(List<Key>... rows) {
        Arrays.stream(rows).flatMap(List::stream).forEach(key -> keys.put(key.name(), key));
    }

    Optional<Key> key(String name) {
        if (this == ZONES_BY_VLAN) {
            return Optional.of(new Key(name, TEXT, true, Set.of()));
        }
        return Optional.ofNullable(keys.get(name));
    }

    /** The section of a mapping within this one. */
    Optional<Section> nested(String name) {
        if (this != PORT) {
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

    /** The keys that only some port types have. */
    Stream<Key> only() {
        return keys.values().stream().filter(key -> !key.types().isEmpty());
    }

    /** {@code "; did you mean access?"}, or the keys there are. */
    String hint(String unknown) {
        return Suggestion.nearest(unknown, keys.keySet()).map(name -> "; did you mean " + name + "?")
                .orElseGet(() -> "; known here: " + String.join(", ",
                        keys.values().stream().filter(Key::alive).map(Key::name).toList()));
    }

    private static List<Key> alive(Key.Shape shape, String... names) {
        return only(Set.of(), shape, names);
    }

    private static List<Key> only(Set<String> types, Key.Shape shape, String... names) {
        return Arrays.stream(names).map(name -> new Key(name, shape, true, types)).toList();
    }

    private static List<Key> later(String... names) {
        return Arrays.stream(names).map(name -> new Key(name, TEXT, false, Set.of())).toList();
    }
}
