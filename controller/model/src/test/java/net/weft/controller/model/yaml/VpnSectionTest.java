package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.tree.Fault;
import org.junit.jupiter.api.Test;

/** The section {@code vpn} of the file. */
class VpnSectionTest {
    private static final String KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String OTHER = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    private static final String HEAD = """
            tenants:
              acme:
                networks:
                  web: {vlan: 10, subnets: [10.10.0.0/24, "fd00:10::/64"], next-hop: 10.10.0.1}
                  bare: {vlan: 30}
              globex: {networks: {web: {vlan: 110, subnets: [10.10.0.0/24]}}}
            zones: {remote: {}}
            ports: {web1: {type: tap, device: t1, network: acme/web, ips: [10.10.0.11]}}
            """;

    private static List<String> faults(String vpn) {
        return FabricYaml.parse(HEAD + "vpn: " + vpn + "\n").faults().stream().map(VpnSectionTest::text).toList();
    }

    private static String text(Fault fault) {
        return fault.path() + ": " + fault.message();
    }

    private static String peers(String... peers) {
        return "{office: {peers: {" + String.join(", ", peers) + "}}}";
    }

    private static String peer(String name, String key, String more) {
        return name + ": {public-key: \"" + key + "\", network: acme/web" + more + "}";
    }

    @Test
    void shouldMakePeersPortsOfTheirNetwork() {
        String text = HEAD + "vpn: " + peers(peer("alice", KEY, ", ips: [10.10.0.200, \"fd00:10::c8\"], zone: remote"),
                "bob: {public-key: \"" + OTHER + "\", network: globex/web, ips: [10.10.0.200]}") + "\n";
        FabricConfig config = FabricYaml.parse(text).orElseThrow();
        PortConfig alice = config.port("office/alice").orElseThrow();
        assertThat(alice.membership())
                .hasToString(new MembershipConfig.Network(config.networks().toList().getFirst().name()).toString());
        assertThat(alice.device()).isEqualTo(new DeviceConfig.WireGuard("office", 51820));
        assertThat(alice.guard().isStrict()).isTrue();
        assertThat(config.vlans(config.port("office").orElseThrow())).hasToString("10,110");
        assertThat(config.portNames()).containsExactly("web1", "office", "office/alice", "office/bob");
        assertThat(FabricYaml.parse(FabricYaml.write(config)).orElseThrow()).isEqualTo(config);
    }

    @Test
    void shouldNamePathAndValueOfWhatIsWrong() {
        assertThat(faults(peers(peer("a", "short", ", ips: [10.10.0.5]")))).singleElement().asString()
                .startsWith("vpn.office.peers.a.public-key:").contains("short");
        assertThat(faults(peers(peer("a", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ", ips: [10.10.0.5]"))))
                .singleElement()
                .asString().contains("low order");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5]"), peer("b", KEY, ", ips: [10.10.0.6]"))))
                .singleElement()
                .asString().startsWith("vpn.office.peers.b.public-key:").contains("peer a");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.99.0.5]")))).singleElement().asString()
                .startsWith("vpn.office.peers.a.ips").contains("10.99.0.5").contains("subnets");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.11]")))).singleElement().asString()
                .startsWith("vpn.office.peers.a.ips").contains("port web1's");
        assertThat(faults(peers(peer("a", KEY, "")))).singleElement().asString().startsWith("vpn.office.peers.a.ips:");
        assertThat(faults(peers("a: {public-key: \"" + KEY + "\", network: acme/bare, ips: [10.10.0.5]}")))
                .singleElement()
                .asString().startsWith("vpn.office.peers.a.network:").contains("subnets");
        assertThat(faults(peers("a: {public-key: \"" + KEY + "\", network: acme/no, ips: [10.10.0.5]}")))
                .singleElement()
                .asString().contains("acme/no");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5], zone: moon")))).singleElement().asString()
                .contains("moon");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5], expires: tomorrow")))).singleElement().asString()
                .contains("tomorrow");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5], preshared-key-file: ../psk")))).singleElement()
                .asString()
                .contains("../psk");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5], allowed-ips: [10.7.0.0/16]"),
                peer("b", OTHER, ", ips: [10.10.0.6], allowed-ips: [10.7.0.0/16]")))).singleElement().asString()
                .startsWith("vpn.office.peers.b.allowed-ips:").contains("peer a");
    }

    @Test
    void shouldRefuseAnotherOnesAddressBehindAPeerButNotANetworkAroundIt() {
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5]"),
                peer("b", OTHER, ", ips: [10.10.0.6], allowed-ips: [10.10.0.5/32]")))).singleElement().asString()
                .startsWith("vpn.office.peers.b.allowed-ips").contains("10.10.0.5", "port office/a's");
        assertThat(faults(peers(peer("b", OTHER, ", ips: [10.10.0.6], allowed-ips: [10.10.0.11/32]")))).singleElement()
                .asString().startsWith("vpn.office.peers.b.allowed-ips").contains("port web1's");
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5]"),
                peer("b", OTHER, ", ips: [10.10.0.6], allowed-ips: [10.10.0.0/24, 10.10.0.6/32]")))).isEmpty();
    }

    @Test
    void shouldRefuseGatewaysThatCannotBe() {
        assertThat(faults("{web1: {}}")).singleElement().asString().startsWith("vpn.web1:")
                .contains("port of that name");
        assertThat(faults("{a-name-of-17-char: {}}")).singleElement().asString().contains("15");
        assertThat(faults("{office.10: {}}")).singleElement().asString().startsWith("vpn.").contains("office.10",
                "dot");
        assertThat(faults("{a: {}, b: {}}")).singleElement().asString().startsWith("vpn.b.listen:").contains("51820");
        assertThat(faults("{a: {listen: 70000}}")).singleElement().asString().startsWith("vpn.a.listen:")
                .contains("70000");
        assertThat(faults("{a: {mtu: 1000}}")).singleElement().asString().contains("1000");
        assertThat(faults("{a: {endpoint: nowhere}}")).singleElement().asString().contains("nowhere");
        assertThat(faults("{a: {members: [2]}}")).singleElement().asString().contains("member");
    }

    @Test
    void shouldRefuseANextHopThatIsNoneOnTheLink() {
        assertThat(FabricYaml.parse(HEAD.replace("next-hop: 10.10.0.1", "next-hop: 10.11.0.1")).faults())
                .singleElement().asString()
                .contains("next-hop").contains("10.11.0.1");
    }

    @Test
    void shouldBindTheEndOfAKeyAndOfServingWithoutControllers() {
        String next = ", ips: [10.10.0.5], next-public-key: \"" + OTHER + "\"";
        String until = ", public-key-until: 2027-06-30T00:00:00Z";
        String text = HEAD.replace("vlan: 10,", "vlan: 10, peer-multicast: [ssdp, mdns],")
                + "vpn: {office: {max-offline: 24h, peers: {" + peer("a", KEY, next + until) + "}}}\n";
        FabricConfig config = FabricYaml.parse(text).orElseThrow();
        assertThat(config.vpn().get("office")).isNotNull().satisfies(office -> {
            assertThat(office.maxOfflineSeconds()).hasValue(86_400);
            assertThat(office.peers().get("a")).isNotNull()
                    .satisfies(a -> assertThat(a.publicKeyUntil()).contains(Instant.parse("2027-06-30T00:00:00Z")));
        });
        assertThat(config.networks().toList().getFirst().peerMulticast()).hasSize(2);
        assertThat(FabricYaml.parse(FabricYaml.write(config)).orElseThrow()).isEqualTo(config);
        assertThat(faults(peers(peer("a", KEY, ", ips: [10.10.0.5]" + until)))).singleElement().asString()
                .startsWith("vpn.office.peers.a.public-key-until:").contains("next-public-key");
        assertThat(faults("{office: {max-offline: forever}}")).singleElement().asString()
                .startsWith("vpn.office.max-offline:").contains("forever");
    }
}
