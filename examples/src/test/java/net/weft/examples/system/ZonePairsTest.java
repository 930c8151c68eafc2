package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static net.weft.examples.lab.Policies.Verdict.ALLOW;
import static net.weft.examples.lab.Policies.Verdict.DROP;
import static net.weft.examples.lab.Policies.Verdict.REJECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.weft.examples.lab.Attempt;
import net.weft.examples.lab.Attempt.Outcome;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Policies;
import net.weft.examples.lab.Policies.Packet;
import net.weft.examples.lab.Policies.Rule;
import net.weft.examples.lab.Services;
import net.weft.examples.lab.WeftProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linux hosts in several zones try to reach each other over TCP, UDP and ICMP, IPv4 and IPv6. Who succeeds is compared with a naive reading
 * of the rules; and each rule is taken away once, which must change the outcome.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class ZonePairsTest {
    /** Hosts by name, with their zones; all in one network. */
    private static final Map<String, String> ZONES = new TreeMap<>(Map.of("dmz1", "dmz", "dmz2", "dmz", "data1", "data",
            "data2", "data", "free1", Policies.NONE, "free2", Policies.NONE));
    private static final String[][] PAIRS = {{"dmz1", "dmz2"}, {"dmz1", "data1"}, {"dmz2", "data1"},
            {"data1", "dmz1"}, {"data1", "data2"}, {"free1", "data2"}, {"dmz1", "free1"}, {"free1", "free2"}};
    private static final int[] TCP = {80, 445, 5432, 8080, 8089, 8090};
    private static final int[] UDP = {53, 514};
    private static final int MARKER = 9999;

    private static final List<String> ANY = List.of("any");
    /** Always there: says that what was sent before it has arrived, or never will. */
    private static final Rule MARKS = new Rule("marks", ANY, ANY, List.of("udp/" + MARKER), List.of(), ALLOW);
    private static final List<Rule> RULES = List.of(
            new Rule("one-port", List.of("dmz"), List.of("data"), List.of("tcp/5432"), List.of(), ALLOW),
            new Rule("range", List.of("dmz"), List.of("data"), List.of("tcp/8080-8089"), List.of(), ALLOW),
            new Rule("one-source", List.of("dmz"), List.of("data"), List.of("udp/53"),
                    List.of(v4("dmz1"), v6("dmz1")), ALLOW),
            new Rule("one-destination", List.of(Policies.NONE), List.of("data"), List.of("tcp/80", "udp/514"),
                    List.of(">" + v4("data2"), ">" + v6("data2")), ALLOW),
            new Rule("ping", ANY, ANY, List.of("icmp/echo", "icmpv6/echo"), List.of(), ALLOW),
            new Rule("no-smb", List.of("dmz"), List.of("dmz"), List.of("tcp/445", "udp/53"), List.of(), REJECT),
            new Rule("no-syslog", List.of("dmz", Policies.NONE), ANY, List.of("udp/514"), List.of(), DROP),
            new Rule("all-tcp-out", List.of("data"), List.of("dmz"), List.of("tcp"), List.of(), ALLOW));
    private static final Policies ALL = new Policies(Map.of("dmz", true, "data", false), RULES).with(MARKS);

    @AutoClose
    private final Lab lab = Lab.open("zones");
    private final Namespace namespace = lab.namespace("switch");
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private @Nullable WeftProcess weft;

    /** Who tries what with whom. */
    private record Probe(String from, String to, boolean ipv6, String protocol, int port) {
        Packet packet() {
            return new Packet(ipv6 ? v6(from) : v4(from), ipv6 ? v6(to) : v4(to), protocol, port);
        }

        @Override
        public String toString() {
            return from + " > " + to + " " + protocol + (port == 0 ? "" : "/" + port) + (ipv6 ? " v6" : " v4");
        }
    }

    private static String v4(String host) {
        return "10.10.0." + number(host);
    }

    private static String v6(String host) {
        return "fd00:10::" + number(host);
    }

    private static int number(String host) {
        return 11 + new ArrayList<>(ZONES.keySet()).indexOf(host);
    }

    @BeforeAll
    void start() {
        ZONES.keySet().forEach(name -> {
            Host host = lab.host(name, namespace, v4(name) + "/24");
            host.ipv6(v6(name) + "/64");
            int[] udp = {UDP[0], UDP[1], MARKER};
            Services.start(lab, host.namespace(), TCP, udp);
            hosts.put(name, host);
        });
        weft = WeftProcess.up(lab, namespace, fabric(null));
    }

    private static String fabric(@Nullable Policies policies) {
        String ports = Fabric.of(ZONES.entrySet().stream().map(host -> nic(host.getKey(), "network: acme/web"
                + (policies == null || host.getValue().equals(Policies.NONE) ? "" : ", zone: " + host.getValue())))
                .toArray(String[]::new));
        return ports + "tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24, \"fd00:10::/64\"]}}}}\n"
                + (policies == null ? "" : policies.yaml());
    }

    private WeftProcess weft() {
        return Objects.requireNonNull(weft);
    }

    // ---- trying ----------------------------------------------------------------------------------------------------

    private static List<Probe> probes() {
        List<Probe> probes = new ArrayList<>();
        for (String[] pair : PAIRS) {
            for (boolean ipv6 : new boolean[]{false, true}) {
                for (int port : TCP) {
                    probes.add(new Probe(pair[0], pair[1], ipv6, "tcp", port));
                }
                for (int port : UDP) {
                    probes.add(new Probe(pair[0], pair[1], ipv6, "udp", port));
                }
                probes.add(new Probe(pair[0], pair[1], ipv6, "icmp", 0));
            }
        }
        return probes;
    }

    private Attempt attempt(Probe probe) {
        Namespace from = Objects.requireNonNull(hosts.get(probe.from)).namespace();
        InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(probe.packet().to()), probe.port);
        return switch (probe.protocol) {
            case "tcp" -> Attempt.tcp(from, to);
            case "udp" -> Attempt.udp(from, to);
            default -> Attempt.ping(from, to);
        };
    }

    /** Tries all at once, and says how each went when all has gone as far as it goes. */
    private Map<Probe, Outcome> outcomes() throws Exception {
        Map<Probe, Attempt> attempts = new LinkedHashMap<>();
        try {
            probes().forEach(probe -> attempts.put(probe, attempt(probe)));
            attempts.values().forEach(Attempt::send);
            settle();
            weft().await("pings are over", () -> attempts.values().stream().noneMatch(Attempt::isWaiting),
                    over -> over);
            settle();
            Map<Probe, Outcome> outcomes = new HashMap<>();
            attempts.forEach((probe, attempt) -> outcomes.put(probe, attempt.outcome()));
            return outcomes;
        } finally {
            for (Attempt attempt : attempts.values()) {
                attempt.close();
            }
        }
    }

    /** Between each two hosts that try anything an answered datagram, sent behind what they tried. */
    private void settle() throws Exception {
        List<Attempt> markers = new ArrayList<>();
        for (String[] pair : PAIRS) {
            for (boolean ipv6 : new boolean[]{false, true}) {
                markers.add(attempt(new Probe(pair[0], pair[1], ipv6, "udp", MARKER)));
            }
        }
        try {
            weft().await("each marker is answered", () -> {
                markers.forEach(Attempt::send);
                return markers.stream().allMatch(marker -> marker.outcome() == Outcome.ANSWERED);
            }, answered -> answered);
        } finally {
            for (Attempt marker : markers) {
                marker.close();
            }
        }
    }

    private static Map<Probe, Outcome> expected(Policies policies) {
        Map<Probe, Outcome> expected = new HashMap<>();
        probes().forEach(probe -> expected.put(probe, switch (policies.judge(
                Objects.requireNonNull(ZONES.get(probe.from)), Objects.requireNonNull(ZONES.get(probe.to)),
                probe.packet())) {
            case ALLOW -> Outcome.ANSWERED;
            case DROP -> Outcome.SILENCE;
            case REJECT -> Outcome.REFUSED;
        }));
        return expected;
    }

    private void check(Policies policies) throws Exception {
        weft().apply(fabric(policies)).orThrow();
        weft().awaitAllUp();
        Map<Probe, Outcome> expected = expected(policies);
        Map<Probe, Outcome> outcomes = outcomes();
        List<String> wrong = expected.keySet().stream().filter(probe -> outcomes.get(probe) != expected.get(probe))
                .map(probe -> probe + ": " + outcomes.get(probe) + ", not " + expected.get(probe)).sorted().toList();
        assertThat(wrong).as(policies.yaml()).isEmpty();
    }

    // ---- tests -----------------------------------------------------------------------------------------------------

    @Test
    void shouldLetThroughWhatTheRulesSayAndNothingElse() throws Exception {
        check(ALL);
    }

    /** The control: without zones in the file each try succeeds. */
    @Test
    void shouldLetEverythingThroughWithoutZones() throws Exception {
        weft().apply(fabric(null)).orThrow();
        assertThat(outcomes().values()).containsOnly(Outcome.ANSWERED);
    }

    static Stream<List<String>> halves() {
        return Stream.of(List.of("one-port", "one-source", "no-smb", "all-tcp-out"),
                List.of("range", "one-destination", "ping", "no-syslog"));
    }

    /** Each rule counts: without it, what it says no longer holds. Half of them are taken away at a time. */
    @ParameterizedTest
    @MethodSource("halves")
    void shouldDoOtherwiseWithoutEachRule(List<String> half) throws Exception {
        Policies rest = ALL;
        for (String name : half) {
            rest = rest.without(name);
        }
        Map<Probe, Outcome> without = expected(rest);
        for (String name : half) {
            Map<Probe, Outcome> withIt = expected(ALL);
            Map<Probe, Outcome> withoutIt = expected(ALL.without(name));
            assertThat(probes()).as("something that only %s decides", name).anyMatch(
                    probe -> withIt.get(probe) != withoutIt.get(probe) && without.get(probe) == withoutIt.get(probe));
        }
        check(rest);
    }

    @Test
    void shouldKeepPortsOfOneZoneApartOrTogetherAsIntraSays() throws Exception {
        Policies swapped = ALL.intra(Map.of("dmz", false, "data", true));
        assertThat(expected(swapped)).isNotEqualTo(expected(ALL));
        check(swapped);
    }
}
