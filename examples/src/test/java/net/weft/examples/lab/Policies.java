package net.weft.examples.lab;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Zones and policies as a fabric.yaml has them, and what they mean for one packet: judged naively, in the order the semantics give.
 *
 * @param intra what two ports of each zone may do where no policy matches
 */
public record Policies(Map<String, Boolean> intra, List<Rule> rules) {
    public static final String NONE = "none";

    /** What becomes of a packet. */
    public enum Verdict {
        ALLOW, DROP, REJECT
    }

    /**
     * A policy.
     *
     * @param from zones, {@code any} for all
     * @param to the same
     * @param match as in the file: {@code tcp/80}, {@code tcp/80-90}, {@code udp}, {@code icmp/echo}, {@code icmpv6/echo}, {@code any}
     * @param hosts addresses, one of which must be the packet's source, or {@code >} and an address that must be its destination; empty
     *            for any
     */
    public record Rule(String name, List<String> from, List<String> to, List<String> match, List<String> hosts,
            Verdict verdict) {
        private String yaml() {
            return "{name: " + name + ", from: " + zones(from) + ", to: " + zones(to) + ", match: " + match
                    + key("source", false) + key("destination", true) + ", action: "
                    + verdict.name().toLowerCase(Locale.ROOT) + "}";
        }

        private static String zones(List<String> zones) {
            return zones.equals(List.of("any")) ? "any" : zones.toString();
        }

        private String key(String name, boolean destination) {
            List<String> cidrs = hosts(destination)
                    .map(host -> '"' + host + (host.contains(":") ? "/128" : "/32") + '"')
                    .toList();
            return cidrs.isEmpty() ? "" : ", " + name + ": " + cidrs;
        }

        private Stream<String> hosts(boolean destination) {
            return hosts.stream().filter(host -> host.startsWith(">") == destination)
                    .map(host -> destination ? host.substring(1) : host);
        }

        private boolean matches(String fromZone, String toZone, Packet packet) {
            return (from.contains("any") || from.contains(fromZone)) && (to.contains("any") || to.contains(toZone))
                    && match.stream().anyMatch(kind -> matches(kind, packet)) && has(false, packet.from)
                    && has(true, packet.to);
        }

        private boolean has(boolean destination, String address) {
            List<String> wanted = hosts(destination).toList();
            return wanted.isEmpty() || wanted.stream()
                    .anyMatch(host -> InetAddress.ofLiteral(host).equals(InetAddress.ofLiteral(address)));
        }

        private static boolean matches(String kind, Packet packet) {
            String[] parts = kind.split("/");
            if (kind.equals("any")) {
                return true;
            }
            if (packet.protocol.equals("icmp")) {
                return kind.equals(packet.to.contains(":") ? "icmpv6/echo" : "icmp/echo");
            }
            if (!parts[0].equals(packet.protocol)) {
                return false;
            }
            if (parts.length == 1) {
                return true;
            }
            int[] range = Arrays.stream(parts[1].split("-")).mapToInt(Integer::parseInt).toArray();
            return packet.port >= range[0] && packet.port <= range[range.length - 1];
        }
    }

    /**
     * The first packet of what is tried.
     *
     * @param protocol {@code tcp}, {@code udp} or {@code icmp}, which is an echo request of either family
     */
    public record Packet(String from, String to, String protocol, int port) {
    }

    /** The part of a fabric.yaml. */
    public String yaml() {
        return "zones: " + intra.entrySet().stream()
                .map(zone -> zone.getKey() + ": {intra: " + (zone.getValue() ? "allow" : "deny") + "}").sorted()
                .collect(Collectors.joining(", ", "{", "}")) + "\npolicies:\n"
                + rules.stream().map(rule -> "  - " + rule.yaml() + "\n").collect(Collectors.joining());
    }

    public Policies without(String name) {
        List<Rule> rest = new ArrayList<>(rules);
        rest.removeIf(rule -> rule.name.equals(name));
        return new Policies(intra, rest);
    }

    public Policies with(Rule first) {
        List<Rule> all = new ArrayList<>(List.of(first));
        all.addAll(rules);
        return new Policies(intra, all);
    }

    /** The same with zones whose ports may talk, or may not. */
    public Policies intra(Map<String, Boolean> other) {
        return new Policies(other, rules);
    }

    /** What becomes of the first packet of a connection. */
    public Verdict judge(String fromZone, String toZone, Packet packet) {
        for (Rule rule : rules) {
            if (rule.matches(fromZone, toZone, packet)) {
                return rule.verdict;
            }
        }
        boolean allowed = fromZone.equals(toZone) && (fromZone.equals(NONE) || intra.getOrDefault(fromZone, true));
        return allowed ? Verdict.ALLOW : Verdict.DROP;
    }
}
