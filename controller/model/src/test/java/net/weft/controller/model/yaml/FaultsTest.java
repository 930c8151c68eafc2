package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.weft.controller.model.yaml.tree.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to be wrong, with the line it is told at. */
class FaultsTest {
    private static List<String> faults(String text) {
        return FabricYaml.parse(text).faults().stream().map(fault -> fault.describe("f")).toList();
    }

    /** An export that is right but for the keys given, which stand in line 2. */
    private static Arguments export(String keys, String expected) {
        return arguments("ports: {}\nexport: {" + keys + "}", "f:2: export" + expected);
    }

    static Stream<Arguments> exports() {
        String collector = " is not the address of a collector (such as 192.0.2.9:4739, flows.example.org:4739 or"
                + " \"[2001:db8::9]:4739\")";
        String time = " is not a time (such as 30s or 5m, from 1s to 1h)";
        return Stream.of(export("", ": is empty; expected ipfix, sflow or both"),
                export("netflow: {}", ".netflow: unknown key; known here: ipfix, sflow"),
                export("ipfix: on",
                        ".ipfix: expected a mapping, found a single value; write it as in ipfix: {collector: \"192.0.2.9:4739\"}"),
                export("ipfix: {}", ".ipfix.collector: missing; expected the address of a collector (such as"
                        + " 192.0.2.9:4739, flows.example.org:4739 or \"[2001:db8::9]:4739\")"),
                export("ipfix: {collector: 192.0.2.9}", ".ipfix.collector: 192.0.2.9" + collector),
                export("ipfix: {collector: \"192.0.2.9:0\"}", ".ipfix.collector: 192.0.2.9:0" + collector),
                export("ipfix: {collector: \"192.0.2.300:4739\"}", ".ipfix.collector: 192.0.2.300:4739" + collector),
                export("ipfix: {collector: \"2001:db8::9:4739\"}", ".ipfix.collector: 2001:db8::9:4739" + collector),
                export("ipfix: {collector: \"[192.0.2.9]:4739\"}", ".ipfix.collector: [192.0.2.9]:4739" + collector),
                export("ipfix: {collector: \"a b:4739\"}", ".ipfix.collector: a b:4739" + collector),
                export("ipfix: {collector: \":4739\"}", ".ipfix.collector: :4739" + collector),
                export("ipfix: {collector: \"a:4739\", sampling: 0}",
                        ".ipfix.sampling: 0 is not a number of frames (1-1000000)"),
                export("ipfix: {collector: \"a:4739\", idle-timeout: 15}", ".ipfix.idle-timeout: 15" + time),
                export("ipfix: {collector: \"a:4739\", active-timeout: 2h}", ".ipfix.active-timeout: 2h" + time),
                export("ipfix: {collector: \"a:4739\", agent: 1.2.3.4}",
                        ".ipfix.agent: unknown key; known here: collector, active-timeout, idle-timeout, sampling"),
                export("sflow: {collector: \"a:6343\", counter-interval: 0s}", ".sflow.counter-interval: 0s" + time),
                export("sflow: {collector: \"a:6343\", agent: here}",
                        ".sflow.agent: here is not an IP address (such as 192.0.2.1 or 2001:db8::1)"),
                export("sflow: {collector: \"a:6343\", samplin: 5}",
                        ".sflow.samplin: unknown key; did you mean sampling?"));
    }

    @ParameterizedTest
    @MethodSource("exports")
    void shouldRefuseExports(String text, String expected) {
        assertThat(faults(text)).containsExactly(expected);
    }

    /** A port that is right but for the keys given, which stand in line 2. */
    private static Arguments port(String keys, String expected) {
        return arguments("ports:\n  p: {" + keys + "}", "f:2: ports.p" + expected);
    }

    static Stream<Arguments> values() {
        String tap = "type: tap, device: t0";
        String taps = tap + ", access: 1";
        String stream = "type: qemu, transport: stream, mode: server, access: 1, socket: ";
        return Stream.of(port(tap + ", access: 4095", ".access: 4095 is not a VLAN ID (1-4094)"),
                port(tap + ", access: 0", ".access: 0 is not a VLAN ID (1-4094)"),
                port(tap + ", access: -1", ".access: -1 is not a VLAN ID (1-4094)"),
                port(tap + ", access: 1.5", ".access: 1.5 is not a VLAN ID (1-4094)"),
                port(tap + ", access: 99999999999999999999", ".access: 99999999999999999999 is not a VLAN ID (1-4094)"),
                port(tap + ", access: web", ".access: web is not a VLAN ID (1-4094)"),
                port(tap + ", access: \"10\"", ".access: \"10\" is a text; write the number without quotes"),
                port(tap + ", access: [10]", ".access: expected a number, found a list"),
                port(tap + ", access:", ".access: expected a number, found nothing"),
                port(tap + ", trunk: 10",
                        ".trunk: expected a mapping, found a single value; write it as in trunk: {allowed: [10, 20-29], native: 10}"),
                port(tap + ", trunk: {allowed: 10}",
                        ".trunk.allowed: expected a list, found a single value; write it as in allowed: [10, 20-29]"),
                port(tap + ", trunk: {}",
                        ".trunk.allowed: missing; expected VLAN IDs and ranges of them, such as [10, 100-199]"),
                port(tap + ", trunk: {allowed: []}", ".trunk.allowed: is empty; a trunk carries at least one VLAN"),
                port(tap + ", trunk: {allowed: [1, 9-8]}",
                        ".trunk.allowed[1]: 9-8 is reversed; write 8-9"),
                port(tap + ", trunk: {allowed: [1, [2]]}", ".trunk.allowed[1]: expected a VLAN ID, found a list"),
                port(tap + ", trunk: {allowed: [1], native: 2}",
                        ".trunk.native: 2 is not among the allowed VLANs; add it there"),
                port(tap, ": missing membership; expected one of network, access, trunk, dot1q-tunnel"),
                port(tap + ", network: acme/web, access: 1", ".network: there is no network acme/web"),
                port(tap + ", network: web", ".network: web is not a network (TENANT/NAME)"),
                port(taps + ", mtu: 67", ".mtu: 67 is not an MTU in bytes (68-65535)"),
                port(tap + ", dot1q-tunnel: 0", ".dot1q-tunnel: 0 is not a VLAN ID (1-4094)"),
                port(taps + ", tunnel-tpid: 0x88a8", ".tunnel-tpid: does not go with a port that is no trunk"),
                port(tap + ", trunk: {allowed: [1]}, tunnel-tpid: 0x1234",
                        ".tunnel-tpid: 0x1234 is not one of 0x88a8, 0x8100"),
                port(tap + ", dot1q-tunnel: 5, bpdu: guard",
                        ".bpdu: does not go with dot1q-tunnel, which carries the customer's spanning tree"),
                arguments("ports:\n  q: {type: tap, device: q, dot1q-tunnel: 5}\n"
                        + "  p: {type: tap, device: t, trunk: {allowed: [5], native: 5}}",
                        "f:3: ports.p.trunk.native: VLAN 5 is the tunnel of port q; a trunk carries it tagged"),
                arguments("tenants: {a: {networks: {n: {vlan: 5, querier: true}}}}\n"
                        + "ports: {q: {type: tap, device: q, dot1q-tunnel: 5}}",
                        "f:1: tenants.a.networks.n.querier: VLAN 5 is the tunnel of port q; "
                                + "nobody looks into its multicast, which is the customer's"),
                port(taps + ", mac-limit: 0", ".mac-limit: 0 is not a number of MAC addresses (1-1048576)"),
                port(taps + ", storm-limit: 0",
                        ".storm-limit: 0 is not off or a number of packets a second (1-100000000)"),
                port(taps + ", loop-probes: yes", ".loop-probes: yes is not one of on, off"),
                port(taps + ", mac-move: drop", ".mac-move: drop is not one of tell, hold, shut"),
                port(taps + ", pass: [lldp, stp]", ".pass[1]: stp is not one of lldp, lacp, eapol, ptp"),
                port(taps + ", rate-limit: 10mbit",
                        ".rate-limit: expected a mapping, found a single value; write it as in rate-limit: {ingress: 100mbit, egress: 1gbit}"),
                port(taps + ", rate-limit: {}", ".rate-limit: is empty; expected ingress, egress or both"),
                port(taps + ", rate-limit: {ingress: 10MB}", ".rate-limit.ingress: 10MB is not a rate"
                        + " (a number with bit, kbit, mbit or gbit, from 8kbit to 1000gbit)"),
                port(taps + ", rate-limit: {egress: 7kbit}", ".rate-limit.egress: 7kbit is not a rate"
                        + " (a number with bit, kbit, mbit or gbit, from 8kbit to 1000gbit)"),
                port(taps + ", rate-limit: {out: 1gbit}", ".rate-limit.out: unknown key; known here: ingress, egress"),
                port(taps + ", mirror-to: q", ".mirror-to: there is no port q; did you mean p?"),
                port(taps + ", mirror-to: p", ".mirror-to: a port is not mirrored to itself"),
                port(taps + ", mirror-to: [q]",
                        ".mirror-to: expected a text or a mapping, found a list; write it as in mirror-to: probe"),
                port(taps + ", mirror-to: {port: q}",
                        ".mirror-to.vlan: missing; expected the VLAN that copies leave in; mirror-to: PORT sends them as they are"),
                port(taps + ", mirror-to: {port: q, vlan: 4095}", ".mirror-to.vlan: 4095 is not a VLAN ID (1-4094)"),
                port(taps + ", bpdu: allow", ".bpdu: allow is not one of drop, guard, forward"),
                port(taps + ", enabled: yes", ".enabled: yes is not true or false"),
                port(taps + ", member: 2", ".member: there is no member 2 in members"),
                port(taps + ", description: \"a\\nb\"", ".description: a?b is not one line of at most 255 characters"),
                port(taps + ", socket: /s", ".socket: does not go with a port of type tap"),
                port(taps + ", persist: maybe", ".persist: maybe is not true or false"),
                port("type: pcap, device: e0, access: 1, persist: true",
                        ".persist: does not go with a port of type pcap"),
                port(taps + ", share-with-host: true", ".share-with-host: does not go with a port of type tap"),
                port(taps + ", acess: 1", ".acess: unknown key; did you mean access?"),
                port(taps + ", role: stack", ".role: does not go with a port of type tap"),
                port("type: nic, device: t, access: 1, role: spine", ".role: spine is not stack"),
                port("type: nic, device: t, role: stack, access: 1",
                        ".access: does not go with role: stack; a stack link carries the frames of all VLANs and no others"),
                port("type: tap, access: 1",
                        ".device: missing; expected the name of an interface (1-15 characters, none of them '/', ':', '%' or a space)"),
                port("type: tap, device: sixteencharslong, access: 1",
                        ".device: sixteencharslong is not the name of an interface (1-15 characters, none of them '/', ':', '%' or a space)"),
                port("device: t0, access: 1", ".type: missing; expected tap, nic, qemu, vhost-user, udp or pcap"),
                port("type: tun, device: t0, access: 1",
                        ".type: tun is not a port type (tap, nic, qemu, vhost-user, udp, pcap); Weft's word is tap"),
                port("type: pcap, access: 1", ": missing device, read or write; expected an interface, or files"),
                port("type: pcap, access: 1, device: e, read: /f",
                        ".read: does not go with device: it is either an interface or files"),
                port("type: pcap, access: 1, write: f",
                        ".write: f is not the path of a file (absolute, at most 4095 bytes)"),
                port("type: pcap, access: 1, read: /f, speed: 0", ".speed: 0 is not a speed (1-1000 times, or max)"),
                port("type: pcap, access: 1, write: /f, loop: true",
                        ".loop: does not go with a port that reads no file"),
                port("type: udp, role: stack, local: '10.0.0.1:4', remote: 'fe80::1'",
                        ".remote: fe80::1 is not an address and a UDP port (such as 192.0.2.1:47900 or"
                                + " \"[2001:db8::1]:47900\")"),
                port("type: udp, role: stack, local: 'h:4', remote: '10.0.0.2:4'",
                        ".local: h:4 is not an address and a UDP port (such as 192.0.2.1:47900 or"
                                + " \"[2001:db8::1]:47900\")"),
                port("type: udp, role: stack, local: '10.0.0.1:4', remote: '[fe80::1]:4'",
                        ".remote: [fe80::1]:4 and local: 10.0.0.1:4 are not both IPv4 or both IPv6 addresses"),
                port("type: udp, role: stack, local: '10.0.0.1:4', remote: '10.0.0.2:4', mtu: 1400",
                        ".mtu: does not go with role: stack; a stack link carries the frames of all VLANs and no others"),
                port(stream + "rel.sock",
                        ".socket: rel.sock is not the path of a socket (absolute, at most 107 bytes)"),
                port(stream + "/s, socket-mode: 0999", ".socket-mode: 0999 is not a file mode (such as 0660)"),
                port(stream + "/s, socket-owner: 'a b'", ".socket-owner: a b is not the name or number of a user"),
                port(stream + "/s, local: /l",
                        ".local: does not go with transport: stream, which has one path: socket"),
                port("type: qemu, transport: stream, mode: client, access: 1, socket: /s, socket-group: kvm",
                        ".socket-group: does not go with mode: client, where QEMU makes the socket"),
                port("type: vhost-user, mode: server, access: 1, socket: /s, queues: 128",
                        ".queues: 128 is not a number of queue pairs (1-127)"),
                port("type: vhost-user, mode: server, access: 1, socket: /s, memory: any",
                        ".memory: any is not any-file; without it memfds and files of tmpfs and hugetlbfs are taken"),
                port("type: vhost-user, mode: client, access: 1, socket: /s, socket-owner: qemu",
                        ".socket-owner: does not go with mode: client, where QEMU makes the socket"),
                port("type: vhost-user, mode: server, access: 1, socket: /s, transport: stream",
                        ".transport: does not go with a port of type vhost-user"),
                port("type: qemu, transport: dgram, access: 1, local: /l",
                        ".remote: missing; expected the path of a socket (absolute, at most 107 bytes)"),
                port("type: qemu, transport: dgram, access: 1, local: /l, remote: /l",
                        ".remote: socket /l of member 1 is taken by port p (line 2)"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void shouldNameValueAndExpectationOfAPortsFault(String text, String expected) {
        assertThat(faults(text)).contains(expected);
    }

    static Stream<Arguments> texts() {
        return Stream.of(arguments("", "empty; expected at least: ports: {}"),
                arguments("# nothing\n", "empty; expected at least: ports: {}"),
                arguments("- a\n",
                        "f:1: expected a mapping with ports, found a list; write it as in ports: {web1: {type: tap, device: weft0, access: 10}}"),
                arguments("fabric: lab\n", "f:1: ports: missing; expected the ports of the fabric, or {} for none"),
                arguments("ports: {}\nfabirc: lab", "f:2: fabirc: unknown key; did you mean fabric?"),
                arguments("ports: {}\nfabric: Lab", "f:2: fabric: Lab is not a name (a-z, 0-9, '.', '_' and '-'; "
                        + "63 characters at most; a letter or digit first)"),
                arguments("ports: {}\nsystem-mac: \"03:00:00:00:00:01\"",
                        "f:2: system-mac: 03:00:00:00:00:01 is not a unicast MAC address (such as \"02:57:45:46:54:01\")"),
                arguments("ports: {}\nfabric: a\nfabric: b", "f:3: fabric: stands twice; first in line 2"),
                arguments("ports: {}\n---\nports: {}\n", "f:3: a second document begins; a file holds one"),
                arguments("ports: {}\nfabric: &x lab",
                        "f:2: fabric: a YAML anchor (&) stands here; write the value out where it is needed"),
                arguments("# \ud83d\ude00\nports: {}\nfabric: &x \"lab\"",
                        "f:3: fabric: a YAML anchor (&) stands here; write the value out where it is needed"),
                arguments("ports: &p {}",
                        "f:1: ports: a YAML anchor (&) stands here; write the value out where it is needed"),
                arguments("ports: {}\nfabric: *x", "f:2: fabric: *x is a YAML alias; write the value out"),
                arguments("ports: {}\n&k fabric: lab",
                        "f:2: fabric: a YAML anchor (&) stands here; write the value out where it is needed"),
                arguments("ports: {}\nfabric: !!str lab",
                        "f:2: fabric: tag:yaml.org,2002:str is a YAML tag; leave it out"),
                arguments("ports: {}\nmembers: {x: {}}", "f:2: members.x: x is not the ID of a member (1-64)"),
                arguments("ports: {}\nmembers: {65: {}}", "f:2: members.65: 65 is not the ID of a member (1-64)"),
                arguments("members: {1: {}, 2: {}}\nports:\n  p: {member: 3, type: tap, device: t, access: 1}",
                        "f:3: ports.p.member: there is no member 3 in members"),
                arguments("members: {2: {}}\nports:\n  p: {type: tap, device: t, access: 1}",
                        "f:3: ports.p.member: missing, so 1; but there is no member 1 in members"),
                arguments("ports: {}\nmembers: {1: {management: here}}",
                        "f:2: members.1.management: here is not an IP address (such as 192.0.2.1 or 2001:db8::1)"),
                arguments("ports: {}\nmembers: {1: {workers: {cpus: [1, 1]}}}",
                        "f:2: members.1.workers.cpus[1]: CPU 1 stands twice"),
                arguments("ports: {}\nmembers: {1: {workers: {poll: never}}}",
                        "f:2: members.1.workers.poll: never is not adaptive or always"),
                arguments("ports: {}\ntenants:\n  a:\n    networks:\n      x: {vlan: 10}\n      y: {vlan: 10}",
                        "f:6: tenants.a.networks.y.vlan: VLAN 10 is taken by network a/x (line 5)"),
                arguments("ports: {}\ntenants: {a: {networks: {x: {}}}}",
                        "f:2: tenants.a.networks.x.vlan: missing; expected a VLAN ID (1-4094)"),
                arguments("ports: {}\ntenants: {a: {networks: {x: {vlan: 1, subnets: [10.0.0.1/24]}}}}",
                        "f:2: tenants.a.networks.x.subnets[0]: 10.0.0.1/24 is not a subnet (such as 10.10.0.0/24, with no bits set behind the prefix)"),
                arguments(
                        "tenants: {a: {networks: {web: {vlan: 1}}}}\nports:\n  p: {type: tap, device: t, network: a/wbe}",
                        "f:3: ports.p.network: there is no network a/wbe; did you mean a/web?"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1}\n  q: {type: nic, device: t, access: 1}",
                        "f:3: ports.q.device: interface t of member 1 is taken by port p (line 2)"),
                arguments("ports:\n  p: {type: tap, device: t, access: 1,\n      network: a/b}",
                        "f:3: ports.p.network: there is no network a/b"),
                arguments("ports:\n  p: {type: tap, device: t, trunk: {allowed: [1]},\n      access: 1}",
                        "f:2: ports.p.trunk: stands beside access; a port has one of network, access, trunk, dot1q-tunnel"),
                arguments(
                        "ports:\n  p: {type: tap, device: t, access: 1, mirror-to: q}\n  q: {type: tap, device: u, access: 1, mirror-to: p}",
                        "f:2: ports.p.mirror-to: q is mirrored itself, to p: copies of copies would go round; mirror p to a port that is not mirrored"),
                arguments(
                        "tenants: {a: {networks: {x: {vlan: 9}}}}\nports:\n  p: {type: tap, device: t, access: 1, mirror-to: {port: q, vlan: 9}}\n  q: {type: tap, device: u, access: 1}",
                        "f:3: ports.p.mirror-to: VLAN 9 is that of network a/x; copies need one of their own"),
                arguments(
                        "ports:\n  p: {type: tap, device: t, access: 1, mirror-to: {port: q, vlan: 9}}\n  q: {type: tap, device: u}",
                        "f:3: ports.q: missing membership; expected one of network, access, trunk, dot1q-tunnel"),
                arguments("ports:\n  P: {type: tap, device: t, access: 1}",
                        "f:2: ports.P: P is not a name (a-z, 0-9, '.', '_' and '-'; 63 characters at most; a letter or digit first)"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldNameLineAndPathOfEachFault(String text, String expected) {
        assertThat(faults(text)).contains(expected);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldRefuseWithOneFaultForOneMistake(String text, String expected) {
        assertThat(faults(text)).allSatisfy(fault -> assertThat(fault).isNotBlank()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldGiveLineOfASyntaxError() {
        assertThat(faults("ports:\n  a: [1\n  b: 2\n")).singleElement().asString().startsWith("f:3: not YAML: ");
        assertThat(faults("ports:\n\tx: 1\n")).singleElement().asString().startsWith("f:2: not YAML: ");
        assertThat(faults("ports: {}\n? [a, b]\n: 1\n")).singleElement().asString().startsWith("f:2: not YAML: ");
    }

    @Test
    void shouldTellEveryFaultOfAFileInItsOrder() {
        String text = """
                fabric: LAB
                colour: red
                tenants:
                  acme: {networks: {web: {vlan: 5000, gateway: [10.0.0.1]}}}
                ports:
                  a: {type: tap, device: t0, access: 4095}
                  b: {type: tap, device: t0, access: 1, access: 2}
                  c: {type: nic, device: t1, network: acme/db, mtu: big}
                uplinks: {}
                """;
        assertThat(FabricYaml.parse(text).faults()).extracting(Fault::line).containsExactly(1, 2, 4, 4, 6, 7, 7, 8, 8,
                9);
        assertThat(FabricYaml.parse(text).faults()).extracting(Fault::kind).contains(Fault.Kind.UNKNOWN_KEY,
                Fault.Kind.VALUE, Fault.Kind.NOT_SUPPORTED, Fault.Kind.CONFLICT, Fault.Kind.DUPLICATE_KEY,
                Fault.Kind.REFERENCE);
    }

    @Test
    void shouldTellOnlyWhatIsNotSupportedYetOfTheWholeLanguage() throws Exception {
        byte[] language;
        try (var in = getClass().getResourceAsStream("/language.yaml")) {
            language = Objects.requireNonNull(in).readAllBytes();
        }
        List<Fault> faults = FabricYaml.parse(language).faults();
        assertThat(faults).isNotEmpty()
                .allSatisfy(fault -> assertThat(fault.kind()).as(fault.toString()).isEqualTo(Fault.Kind.NOT_SUPPORTED));
        assertThat(faults).extracting(Fault::path).contains("stack.key-file", "uplinks", "vpn.office.address",
                "tenants.acme.networks.web.gateway").doesNotContain("lags", "ports.st3.type", "lags.po1.ports", "zones",
                        "policies", "members.2", "ports.up2.member",
                        "tenants.acme.zones", "tenants.acme.networks.web.zone", "ports.web1.guard", "ports.lab.zones");
        assertThat(new String(language, StandardCharsets.UTF_8).lines().toList()
                .get(faults.stream().filter(fault -> fault.path().equals("uplinks")).findFirst().orElseThrow().line()
                        - 1))
                .startsWith("uplinks:");
    }
}
