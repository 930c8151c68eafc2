package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import net.weft.controller.model.yaml.bind.NamedEntries;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.MatchText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to be wrong with zones, policies and guards, and each warning, with the line it is told at. */
class ZoneFaultsTest {
    private static final String MATCHES = " is not a match: expected any, tcp[/PORT or /A-B], udp[/PORT or /A-B], sctp[/PORT or /A-B], "
            + "icmp[/TYPE], icmpv6[/TYPE], proto/N or ether/0xNNNN";
    private static final String TYPES = " is not a type (0-255, or one of echo, echo-reply, unreachable, source-quench, redirect,"
            + " router-advertisement, router-solicitation, time-exceeded, parameter-problem, timestamp, timestamp-reply)";
    private static final String AN_ADDRESS = " is not an address or a prefix that stations can have (such as 10.10.0.11, "
            + "10.10.0.16/28 or \"fd00:10::11\", with no bits set behind the prefix)";

    private static List<String> faults(String text) {
        return FabricYaml.parse(text).faults().stream().map(fault -> fault.describe("f")).toList();
    }

    private static List<String> warnings(String text) {
        Validation validation = FabricYaml.parse(text);
        assertThat(validation.faults()).isEmpty();
        return validation.warnings().stream().map(fault -> fault.describe("f")).toList();
    }

    /** A policy that is right but for the keys given, which stand in line 3. */
    private static Arguments policy(String keys, String expected) {
        return arguments("ports: {}\nzones: {dmz: {}, data: {}}\npolicies: [{" + keys + "}]",
                "f:3: policies[0]" + expected);
    }

    static Stream<Arguments> policies() {
        String plain = "name: p, from: any, to: any, action: allow";
        String match = plain + ", match: ";
        return Stream.of(policy("from: any, to: any, action: allow", ".name: missing; expected " + NamedEntries.A_NAME),
                policy("name: P, from: any, to: any, action: allow", ".name: P is not " + NamedEntries.A_NAME),
                policy("name: p, to: any, action: allow", ".from: missing; expected any, or names of zones"),
                policy("name: p, from: any, action: allow", ".to: missing; expected any, or names of zones"),
                policy("name: p, from: any, to: any", ".action: missing; expected allow, drop or reject"),
                policy("name: p, from: any, to: any, action: deny", ".action: deny is not allow, drop or reject"),
                policy("name: p, from: dmzz, to: any, action: drop",
                        ".from: there is no zone dmzz; did you mean dmz?"),
                policy("name: p, from: any, to: [dmz, elsewhere], action: drop", ".to[1]: there is no zone elsewhere"),
                policy("name: p, from: [dmz, dmz], to: any, action: drop", ".from[1]: dmz stands twice"),
                policy("name: p, from: [], to: any, action: drop",
                        ".from: is empty; expected any, or names of zones"),
                policy("name: p, from: [any, dmz], to: any, action: drop",
                        ".from: any stands beside others; write any alone, or leave it out"),
                policy("name: p, from: {dmz: 1}, to: any, action: drop",
                        ".from: expected a text or a list, found a mapping"),
                policy("name: p, from: [[dmz]], to: any, action: drop",
                        ".from[0]: expected the name of a zone, found a list"),
                policy(match + "[]", ".match: is empty; expected " + MatchText.FORMS),
                policy(match + "http", ".match: http" + MATCHES),
                policy(match + "[any/1]", ".match[0]: any/1" + MATCHES),
                policy(match + "[tcp/80, tcp/90-80]", ".match[1]: tcp/90-80 is reversed; write tcp/80-90"),
                policy(match + "[tcp/65536]",
                        ".match[0]: tcp/65536 is not a port or a range of ports (0-65535, such as tcp/443 or tcp/8000-8099)"),
                policy(match + "[udp/]",
                        ".match[0]: udp/ is not a port or a range of ports (0-65535, such as tcp/443 or tcp/8000-8099)"),
                policy(match + "[udp/1-2-3]",
                        ".match[0]: udp/1-2-3 is not a port or a range of ports (0-65535, such as tcp/443 or tcp/8000-8099)"),
                policy(match + "[tcp/80, tcp/80]", ".match[1]: tcp/80 stands twice"),
                policy(match + "[any, tcp]", ".match: any stands beside others; write any alone, or leave it out"),
                policy(match + "[icmp/ecko]", ".match[0]: icmp/ecko" + TYPES + "; did you mean icmp/echo?"),
                policy(match + "[icmp/256]", ".match[0]: icmp/256" + TYPES),
                policy(match + "[proto/256]", ".match[0]: proto/256 is not an IP protocol (proto/0 to proto/255)"),
                policy(match + "[ether/0x0500]",
                        ".match[0]: ether/0x0500 is not an EtherType (ether/0x0600 to ether/0xffff)"),
                policy(match + "[ether/35020]",
                        ".match[0]: ether/35020 is not an EtherType (ether/0x0600 to ether/0xffff)"),
                policy(plain + ", source: [10.0.0.1/24]",
                        ".source[0]: 10.0.0.1/24 is not an address or a prefix (such as "
                                + "10.10.0.0/24 or \"fd00:10::/64\", with no bits set behind the prefix)"),
                policy(plain + ", destination: 10.0.0", ".destination: 10.0.0 is not an address or a prefix (such as "
                        + "10.10.0.0/24 or \"fd00:10::/64\", with no bits set behind the prefix)"),
                policy(plain + ", source: []",
                        ".source: is empty; expected addresses and prefixes, or no such key for any"),
                policy(plain + ", log: yes", ".log: yes is not true or false"),
                policy(plain + ", keep-establishd: true",
                        ".keep-establishd: unknown key; did you mean keep-established?"),
                arguments("ports: {}\npolicies: [allow]", "f:2: policies[0]: expected a policy, found a single value"),
                arguments("ports: {}\npolicies: {a: {}}",
                        "f:2: policies: expected a list, found a mapping; write it as in policies: [{name: web, from: [dmz], to: [data], match: [tcp/443], action: allow}]"),
                arguments("ports: {}\npolicies:\n  - {" + plain + "}\n  - {" + plain + "}",
                        "f:4: policies[1].name: policy p stands twice; first in line 3"));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldRefusePolicies(String text, String expected) {
        assertThat(faults(text)).containsExactly(expected);
    }

    static Stream<Arguments> zones() {
        return Stream.of(
                arguments("ports: {}\nzones: {local: {}}",
                        "f:2: zones.local: local has a meaning of its own; give the zone another name"),
                arguments("ports: {}\nzones: {dmz: {intra: drop}}", "f:2: zones.dmz.intra: drop is not allow or deny"),
                arguments("ports: {}\nzones: {dmz: allow}",
                        "f:2: zones.dmz: expected a mapping, found a single value; write it as in zones: {dmz: {intra: allow}}"),
                arguments("ports: {}\nzones: {DMZ: {}}", "f:2: zones.DMZ: DMZ is not " + NamedEntries.A_NAME),
                arguments("ports: {}\nzones: {dmz: {intr: allow}}",
                        "f:2: zones.dmz.intr: unknown key; did you mean intra?"),
                arguments("ports: {}\nzones: {dmz: {}}\ntenants: {a: {networks: {n: {vlan: 1, zone: dmx}}}}",
                        "f:3: tenants.a.networks.n.zone: there is no zone dmx; did you mean dmz?"),
                arguments("ports: {}\ntenants:\n  a: {zones: {lab: {}}}\n  b: {networks: {n: {vlan: 1, zone: lab}}}",
                        "f:4: tenants.b.networks.n.zone: zone lab is tenant a's, and exists between its ports only;"
                                + " a zone of the fabric stands in zones"),
                arguments(
                        "ports: {}\ntenants:\n  a: {zones: {lab: {}}}\npolicies: [{name: p, from: lab, to: any, action: drop}]",
                        "f:4: policies[0].from: zone lab is tenant a's, and exists between its ports only;"
                                + " a zone of the fabric stands in zones"),
                arguments("ports: {}\ntenants:\n  a: {zones: {lab: {}}}\n"
                        + "  b: {policies: [{name: p, from: any, to: [lab], action: drop}]}",
                        "f:4: tenants.b.policies[0].to[0]: zone lab is tenant a's, and exists between its ports only;"
                                + " a zone of the fabric stands in zones"),
                arguments("ports: {}\ntenants: {a: {networks: {\n n: {vlan: 1, subnets: [10.0.0.0/16]},\n"
                        + " m: {vlan: 2, subnets: [192.0.2.0/24, 10.0.9.0/24]}}}}",
                        "f:4: tenants.a.networks.m.subnets[1]: 10.0.9.0/24 overlaps 10.0.0.0/16 of network a/n (line 3);"
                                + " subnets of one tenant are apart, those of two need not be"),
                arguments("ports: {}\ntenants: {a: {networks: {\n n: {vlan: 1, subnets: [\"fd00::/64\"]},\n"
                        + " m: {vlan: 2, subnets: [\"fd00::/16\"]}}}}",
                        "f:4: tenants.a.networks.m.subnets[0]: fd00::/16 overlaps fd00::/64 of network a/n (line 3);"
                                + " subnets of one tenant are apart, those of two need not be"),
                arguments("ports: {}\nconnections: {total: 1000}",
                        "f:2: connections.total: 1000 is not a number of connections (1024-8388608)"),
                arguments("ports: {}\nconnections: {total: 2000, per-port: 2001}",
                        "f:2: connections.per-port: 2001 is more than the total, 2000"),
                arguments("ports: {}\nconnections: {timeouts: {udp: 30}}",
                        "f:2: connections.timeouts.udp: 30 is not a time (such as 30s, 5m or 120h, from 1s to 720h)"));
    }

    @ParameterizedTest
    @MethodSource("zones")
    void shouldRefuseZonesSubnetsAndLimits(String text, String expected) {
        assertThat(faults(text)).containsExactly(expected);
    }

    /** A port that is right but for the keys given, which stand in line 4. */
    private static Arguments port(String keys, String expected) {
        return arguments("zones: {dmz: {}}\ntenants: {a: {networks: {n: {vlan: 1}}, zones: {lab: {}}}}\nports:\n"
                + "  p: {type: tap, device: t, " + keys + "}\n  q: {type: tap, device: u, access: 2, ips: 10.0.0.9,"
                + " mac: \"02:00:00:00:00:09\"}", "f:4: ports.p" + expected);
    }

    static Stream<Arguments> ports() {
        String trunk = "trunk: {allowed: [1, 2]}";
        return Stream.of(port("access: 1, zone: dmx", ".zone: there is no zone dmx; did you mean dmz?"),
                port("access: 2, zone: lab", ".zone: zone lab is tenant a's, and exists between its ports only;"
                        + " a zone of the fabric stands in zones"),
                port(trunk + ", zone: lab", ".zone: zone lab is tenant a's, and exists between its ports only;"
                        + " a zone of the fabric stands in zones; this port has VLANs of others, so say zones: {VID: ZONE}"),
                port("access: 1, zone: local", ".zone: local is the zone of the switch itself, no port's"),
                port("access: 1, zones: {2: dmz}", ".zones.2: VLAN 2 is not one of the port's"),
                arguments("zones: {dmz: {}}\ntenants: {a: {networks: {n: {vlan: 1}, m: {vlan: 2}}}}\nports:\n"
                        + "  p: {type: tap, device: t, network: a/n, zones: {1: dmz, 2: dmz}}",
                        "f:4: ports.p.zones.2: VLAN 2 is not one of the port's"),
                arguments("zones: {dmz: {}}\nports:\n  p: {type: tap, device: t, access: 1, mirror-to: spy}\n"
                        + "  spy: {type: tap, device: s, zone: dmx}",
                        "f:4: ports.spy.zone: there is no zone dmx; did you mean dmz?"),
                port(trunk + ", zones: {web: dmz}", ".zones.web: web is not a VLAN ID (1-4094)"),
                port(trunk + ", zones: {2: lab}", ".zones.2: zone lab is tenant a's, and exists between its ports only;"
                        + " a zone of the fabric stands in zones"),
                port(trunk + ", zones: {1: [lab]}", ".zones.1: expected the name of a zone, found a list"),
                port("access: 1, mac: 03:00:00:00:00:01",
                        ".mac: 03:00:00:00:00:01 is not a unicast MAC address (such as \"02:00:00:00:0a:01\")"),
                port("access: 1, mac: [\"02:00:00:00:00:01\", \"02-00-00-00-00-01\"]",
                        ".mac[1]: 02:00:00:00:00:01 stands twice"),
                port("access: 1, ips: [10.0.0.256]", ".ips[0]: 10.0.0.256" + AN_ADDRESS),
                port("access: 1, ips: [10.0.0.5/24]", ".ips[0]: 10.0.0.5/24" + AN_ADDRESS),
                port("access: 1, ips: [224.0.0.1]", ".ips[0]: 224.0.0.1" + AN_ADDRESS),
                port("access: 1, ips: [0.0.0.0]", ".ips[0]: 0.0.0.0" + AN_ADDRESS),
                port("access: 1, ips: [\"ff02::1\"]", ".ips[0]: ff02::1" + AN_ADDRESS),
                port("access: 1, ips: [\"::\"]", ".ips[0]: ::" + AN_ADDRESS),
                port("access: 1, ips: [\"::ffff:10.0.0.1\"]", ".ips[0]: ::ffff:10.0.0.1" + AN_ADDRESS),
                port("access: 1, ips: [10.0.0.1, 10.0.0.1]", ".ips[1]: 10.0.0.1 stands twice"),
                port("access: 1, guard: on", ".guard: on is not strict or off"),
                port("access: 1, ips: []", ".ips: is empty; expected addresses, or no such key for any"),
                port("trunk: {allowed: [20-10]}", ".trunk.allowed[0]: 20-10 is reversed; write 10-20"),
                arguments("ports:\n  p: {type: vhost-user, socket: /run/a, mode: server, access: 1}\n"
                        + "  q: {type: vhost-user, socket: /run//./a, mode: client, access: 1}",
                        "f:3: ports.q.socket: socket /run/a of member 1 is taken by port p (line 2)"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1, ips: [10.0.0.1]}\n"
                        + "  q: {type: tap, device: u, trunk: {allowed: [1-9]}, ips: [10.0.0.9, 10.0.0.1]}",
                        "f:3: ports.q.ips[1]: 10.0.0.1 is port p's (line 2) in VLAN 1 already; what stations of both may"
                                + " have stands in shared-ips of both"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1, ips: [10.0.0.1]}\n"
                        + "  q: {type: tap, device: u, access: 1, ips: [10.0.0.0/30], shared-ips: [10.0.0.9]}",
                        "f:3: ports.q.ips[0]: 10.0.0.0/30 overlaps 10.0.0.1 of port p (line 2) in VLAN 1 already;"
                                + " what stations of both may have stands in shared-ips of both"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1, shared-ips: [10.0.0.1]}\n"
                        + "  q: {type: tap, device: u, access: 1, ips: [10.0.0.1]}",
                        "f:3: ports.q.ips[0]: 10.0.0.1 is port p's (line 2) in VLAN 1 already; what stations of both may"
                                + " have stands in shared-ips of both"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1, mac: \"02:00:00:00:00:01\"}\n"
                        + "  q: {type: tap, device: u, access: 1, mac: \"02:00:00:00:00:01\"}",
                        "f:3: ports.q.mac: 02:00:00:00:00:01 is port p's (line 2) in VLAN 1 already; what stations of"
                                + " both may have stands in shared-macs of both"));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void shouldRefuseZonesAndAddressesOfPorts(String text, String expected) {
        assertThat(faults(text)).containsExactly(expected);
    }

    @Test
    void shouldAllowTheSameAddressesWhereTheyAreShared() {
        assertThat(faults("""
                ports:
                  p: {type: tap, device: t, access: 1, ips: [10.0.0.1, 10.0.0.9], shared-ips: [10.0.0.9],
                      shared-macs: "00:00:5e:00:01:01"}
                  q: {type: tap, device: u, access: 1, shared-ips: [10.0.0.9], shared-macs: ["00:00:5e:00:01:01"]}
                  r: {type: tap, device: v, access: 2, ips: [10.0.0.1], mac: "00:00:5e:00:01:01"}
                """)).isEmpty();
    }

    @Test
    void shouldRefuseAliasesAndAnchors() {
        assertThat(faults("ports: {}\nzones: {dmz: {}}\npolicies: [{name: p, from: &a dmz, to: *a, action: drop}]"))
                .contains(
                        "f:3: policies[0].from: a YAML anchor (&) stands here; write the value out where it is needed",
                        "f:3: policies[0].to: *a is a YAML alias; write the value out");
    }

    @Test
    void shouldRefuseMoreZonesThanThereAreNumbers() {
        StringBuilder text = new StringBuilder("ports: {}\nzones:\n");
        for (int i = 1; i <= 4095; i++) {
            text.append("  z").append(i).append(":\n");
        }
        assertThat(faults(text.toString())).containsExactly("f:4097: zones.z4095: one zone too many; 4094 are allowed");
    }

    @Test
    @Timeout(20)
    void shouldJudgePoliciesOfFullSizeInSeconds() {
        StringBuilder text = new StringBuilder("zones: {z: {}}\nports: {}\npolicies:\n");
        for (int i = 0; i < 15_000; i++) {
            text.append("- {name: p").append(i).append(", from: z, to: any, match: tcp/").append(i)
                    .append(", action: drop}\n");
        }
        assertThat(warnings(text.toString())).isEmpty();
        assertThat(warnings(text.toString().replaceAll("tcp/\\d+", "tcp"))).hasSize(Faults.MAX + 1);
    }

    /** As a switch would have to: it is told where the policies stand, and nothing is compiled. */
    @ParameterizedTest
    @CsvSource({"'', policies, f:3", "'tenants: {acme: {', tenants.acme.policies, f:3"})
    void shouldRefusePoliciesThatTakeTooMuchMemory(String tenant, String path, String line) {
        StringBuilder text = new StringBuilder("zones: {z: {}}\nports: {}\n").append(tenant).append("policies: [\n");
        for (int i = 0; i < 10_000; i++) {
            int shuffled = i * 7919 % 10_000;
            text.append("{name: p").append(i).append(",from: z,to: any,match: [")
                    .append("tcp/" + i + "-" + (i + 32_767))
                    .append(",udp/" + shuffled + "-" + (shuffled + 32_767)).append("],action: drop},\n");
        }
        text.append(tenant.isEmpty() ? "]" : "]}}");
        assertThat(faults(text.toString())).containsExactly(line + ": " + path
                + ": matches of 10000 policies overlap so much that telling them apart takes more than 32 MB; "
                + "name fewer ranges and prefixes that lie across each other");
    }

    @Test
    @Timeout(20)
    void shouldJudgeHostileAddressesOfFullSizeInSeconds() {
        StringBuilder sameEverywhere = new StringBuilder("ports:\n");
        for (int i = 1; i <= 4094; i++) {
            sameEverywhere.append("  p").append(i).append(": {type: tap, device: t").append(i).append(", access: ")
                    .append(i)
                    .append(", ips: [10.0.0.1], mac: \"02:00:00:00:00:01\"}\n");
        }
        assertThat(faults(sameEverywhere.toString())).isEmpty();
        assertThat(faults(sameEverywhere.toString().replaceAll("access: \\d+", "access: 1")))
                .hasSize(Faults.MAX);
        StringBuilder nested = new StringBuilder("tenants: {a: {networks: {\n");
        for (int i = 1; i <= 4094; i++) {
            nested.append("n").append(i).append(": {vlan: ").append(i).append(", subnets: [10.").append(i >> 8)
                    .append('.')
                    .append(i & 255).append(".0/24]},\n");
        }
        nested.append("}}}\nports: {p: {type: tap, device: t, trunk: {allowed: [1-4094]}, ips: [");
        for (int i = 0; i < 40_000; i++) {
            nested.append("11.").append(i >> 8).append('.').append(i & 255).append(".1,");
        }
        assertThat(faults(nested.append("]}}").toString())).isEmpty();
    }
}
