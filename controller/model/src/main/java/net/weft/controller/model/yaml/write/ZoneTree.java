package net.weft.controller.model.yaml.write;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.weft.controller.model.ConnectionsConfig;
import net.weft.controller.model.GuardConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortZonesConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.MatchText;
import net.weft.controller.model.yaml.value.TimeSpan;
import net.weft.packet.MacAddress;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Timeouts;

/** Converts zones, policies and guards to the tree that would bind to them. Keys with their default are left out. */
final class ZoneTree {
    private ZoneTree() {
    }

    static Node.Mapping zone(ZoneConfig zone) {
        Node.Mapping keys = Node.Mapping.empty();
        return zone.intraAllowed() ? keys : keys.add("intra", Node.Scalar.of("deny"));
    }

    /** Returns the policy with its name, as an item of a list. */
    static Node.Mapping named(PolicyConfig policy) {
        Node.Mapping keys = Node.Mapping.empty().add("name", Node.Scalar.of(policy.name().name()));
        policy(policy).entries().forEach(entry -> keys.add(entry.key(), entry.value()));
        return keys;
    }

    static Node.Mapping policy(PolicyConfig policy) {
        Node.Mapping keys = Node.Mapping.empty().add("from", zones(policy.from())).add("to", zones(policy.to()));
        if (!policy.matches().equals(List.of(Match.ANY))) {
            keys.add("match", list(policy.matches().stream().map(MatchText::text)));
        }
        addList(keys, "source", policy.sources());
        addList(keys, "destination", policy.destinations());
        keys.add("action", Node.Scalar.of(policy.action().name().toLowerCase(Locale.ROOT)));
        addFlag(keys, "log", policy.log());
        addFlag(keys, "keep-established", policy.keepEstablished());
        addFlag(keys, "midstream", policy.midstream());
        addFlag(keys, "stateless", policy.stateless());
        addFlag(keys, "multicast-replies", policy.multicastReplies());
        return keys;
    }

    private static Node zones(List<String> names) {
        return names.isEmpty() ? Node.Scalar.of(ZoneConfig.ANY) : list(names.stream());
    }

    /** Adds the keys of a port's zones. */
    static void zones(PortZonesConfig zones, Node.Mapping keys) {
        zones.zone().ifPresent(zone -> keys.add("zone", Node.Scalar.of(zone)));
        if (!zones.byVlan().isEmpty()) {
            Node.Mapping byVlan = Node.Mapping.empty();
            zones.byVlan().forEach((vid, zone) -> byVlan.add(Integer.toString(vid), Node.Scalar.of(zone)));
            keys.add("zones", byVlan);
        }
    }

    /** Adds the keys of a port's guard. */
    static void guard(GuardConfig guard, Node.Mapping keys) {
        addList(keys, "mac", guard.macs().stream().map(MacAddress::toString).toList());
        addList(keys, "ips", guard.ips());
        addList(keys, "shared-macs", guard.sharedMacs().stream().map(MacAddress::toString).toList());
        addList(keys, "shared-ips", guard.sharedIps());
        if (!guard.roles().isEmpty()) {
            Node.Mapping mapping = Node.Mapping.empty().add("mode", Node.Scalar.of("strict"));
            guard.roles().stream().sorted().forEach(role -> mapping.add(role.label(), Node.Scalar.of(true)));
            keys.add("guard", mapping);
        } else if (guard.isStrict() != guard.namesAddresses()) {
            keys.add("guard", Node.Scalar.of(guard.isStrict() ? "strict" : "off"));
        }
    }

    static Node.Mapping connections(ConnectionsConfig connections) {
        Node.Mapping keys = Node.Mapping.empty();
        ConnectionLimits limits = connections.limits();
        ConnectionLimits otherwise = ConnectionLimits.DEFAULT;
        addNumber(keys, "total", limits.total(), otherwise.total());
        addNumber(keys, "per-network", limits.perNetwork(), Math.min(limits.total(), otherwise.perNetwork()));
        addNumber(keys, "per-port", limits.perPort(), Math.min(limits.total(), otherwise.perPort()));
        Node.Mapping times = timeouts(connections.timeouts(), Timeouts.DEFAULT);
        return times.entries().isEmpty() ? keys : keys.add("timeouts", times);
    }

    private static Node.Mapping timeouts(Timeouts timeouts, Timeouts otherwise) {
        Node.Mapping keys = Node.Mapping.empty();
        addTime(keys, "tcp-established", timeouts.tcpEstablished(), otherwise.tcpEstablished());
        addTime(keys, "tcp-opening", timeouts.tcpOpening(), otherwise.tcpOpening());
        addTime(keys, "tcp-half-closed", timeouts.tcpHalfClosed(), otherwise.tcpHalfClosed());
        addTime(keys, "tcp-closing", timeouts.tcpClosing(), otherwise.tcpClosing());
        addTime(keys, "udp", timeouts.udp(), otherwise.udp());
        addTime(keys, "udp-stream", timeouts.udpStream(), otherwise.udpStream());
        addTime(keys, "icmp", timeouts.icmp(), otherwise.icmp());
        addTime(keys, "other", timeouts.other(), otherwise.other());
        return keys;
    }

    private static void addNumber(Node.Mapping keys, String key, int value, int otherwise) {
        if (value != otherwise) {
            keys.add(key, Node.Scalar.of(value));
        }
    }

    private static void addTime(Node.Mapping keys, String key, int seconds, int otherwise) {
        if (seconds != otherwise) {
            keys.add(key, Node.Scalar.of(TimeSpan.text(seconds)));
        }
    }

    private static void addFlag(Node.Mapping keys, String key, boolean value) {
        if (value) {
            keys.add(key, Node.Scalar.of(true));
        }
    }

    private static void addList(Node.Mapping keys, String key, List<?> items) {
        if (!items.isEmpty()) {
            keys.add(key, list(items.stream()));
        }
    }

    private static Node.Sequence list(Stream<?> items) {
        return new Node.Sequence(items.<Node>map(item -> Node.Scalar.of(item.toString())).toList(), Position.NONE);
    }
}
