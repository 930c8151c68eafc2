package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the warnings about zones and policies, each with path and line. */
class ZoneWarningsTest {
    private static List<String> warnings(String text) {
        Validation validation = FabricYaml.parse(text);
        assertThat(validation.faults()).isEmpty();
        return validation.warnings().stream().map(fault -> fault.describe("f")).toList();
    }

    static Stream<Arguments> doubtful() {
        return Stream.of(
                arguments("ports: {}\npolicies: [{name: p, from: any, to: any, action: drop}]",
                        "f:2: policies: without zones no policy is judged; name some in zones"),
                arguments(
                        "zones: {dmz: {}}\ntenants: {a: {networks: {n: {vlan: 1, zone: dmz}, m: {vlan: 2}}}}\nports:\n"
                                + "  up: {type: nic, device: e, trunk: {allowed: [1-9]}}",
                        "f:4: ports.up: the trunk is in the zones of its networks' guests (zone dmz in VLAN 1), and so is"
                                + " whatever is behind the cable; say zone or zones for it"),
                arguments("tenants: {a: {networks: {n: {vlan: 1, subnets: [10.0.0.0/24]}}}}\nports:\n"
                        + "  p: {type: tap, device: t, network: a/n, ips: [10.0.0.7, 10.0.1.7, \"fe80::1\"]}",
                        "f:3: ports.p.ips[1]: 10.0.1.7 is outside of the subnets of network a/n (10.0.0.0/24)"),
                arguments("tenants: {a: {networks: {n: {vlan: 1, subnets: [10.0.0.0/24]}}}}\nports:\n"
                        + "  p: {type: tap, device: t, access: 1, shared-ips: 10.0.0.0/8}",
                        "f:3: ports.p.shared-ips: 10.0.0.0/8 is outside of the subnets of network a/n (10.0.0.0/24)"));
    }

    /** Two routers with one address, between whose zones the policies let VRRP pass or not, or in one direction. */
    @Test
    void shouldWarnOfPeersThatCannotHearEachOthersVrrp() {
        String routers = """
                zones: {a: {}, b: {}, c: {intra: deny}}
                tenants: {t: {networks: {n: {vlan: 1, subnets: [10.0.0.0/24]}}}}
                policies: [%s]
                ports:
                  r1: {type: tap, device: t, network: t/n, zone: %s, ips: [10.0.0.2], shared-ips: [10.0.0.1]}
                  r2: {type: tap, device: u, network: t/n, zone: %s, ips: [10.0.0.3], shared-ips: [10.0.0.1]}
                """;
        String deaf = " shares 10.0.0.1 with port r1 and cannot hear its VRRP";
        String pass = "{name: p, from: [a, b], to: [a, b], match: [proto/112], action: allow}";
        String oneWay = "{name: p, from: [a], to: [b], match: [proto/112], action: allow}";
        assertThat(warnings(routers.formatted("", "a", "b"))).singleElement().asString().contains("f:6: ", deaf);
        assertThat(warnings(routers.formatted("", "c", "c"))).singleElement().asString().contains(deaf);
        assertThat(warnings(routers.formatted(oneWay, "a", "b"))).singleElement().asString()
                .contains("port r1 shares 10.0.0.1 with port r2");
        assertThat(warnings(routers.formatted(pass, "a", "b"))).isEmpty();
        assertThat(warnings(routers.formatted("", "a", "a"))).isEmpty();
        assertThat(warnings(routers.formatted("", "none", "none"))).isEmpty();
        assertThat(
                warnings(routers.formatted("", "a", "b").replace("shared-ips: [10.0.0.1]}", "shared-ips: [10.0.0.9]}")
                        .replaceFirst("10.0.0.9", "10.0.0.1")))
                .as("no address in common").isEmpty();
    }

    @Test
    void shouldNameShadowedPoliciesAndWhatShadowsThem() {
        assertThat(warnings("""
                zones: {dmz: {}, data: {}}
                policies:
                  - {name: web, from: [dmz], to: any, match: [tcp/1-1023], action: allow}
                  - {name: ssh, from: [dmz], to: [data], match: [tcp/22], action: drop}
                  - {name: dns, from: [dmz], to: [data], match: [udp/53], action: drop}
                tenants:
                  acme:
                    networks: {n: {vlan: 1}}
                    policies:
                      - {name: pop, from: [dmz], to: any, match: [tcp/110], action: reject}
                      - {name: pg, from: any, to: any, match: [tcp/5432], action: reject}
                      - {name: pg2, from: any, to: any, match: [tcp/5432], action: allow}
                ports: {}
                """)).containsExactly(
                "f:4: policies[1]: policy ssh never matches: policy web (line 3) matches all of it before",
                "f:10: tenants.acme.policies[0]: policy acme/pop never matches: policy web (line 3) matches all of it before",
                "f:12: tenants.acme.policies[2]: policy acme/pg2 never matches: policy acme/pg (line 11) matches all of it before");
    }

    @ParameterizedTest
    @MethodSource("doubtful")
    void shouldWarnOfWhatIsHardlyMeant(String text, String expected) {
        assertThat(warnings(text)).containsExactly(expected);
    }

    @Test
    void shouldNotWarnWhereEverythingIsSaid() {
        assertThat(warnings("""
                zones: {dmz: {}}
                policies: [{name: p, from: any, to: any, action: drop}]
                tenants: {a: {networks: {n: {vlan: 1, zone: dmz, subnets: [10.0.0.0/24]}, m: {vlan: 2}}}}
                ports:
                  up1: {type: nic, device: e1, trunk: {allowed: [1, 2]}, zone: none}
                  up2: {type: nic, device: e2, trunk: {allowed: [1, 2]}, zones: {1: dmz}}
                  tap: {type: tap, device: e3, trunk: {allowed: [1, 2]}, ips: [10.0.0.2]}
                  acc: {type: nic, device: e4, network: a/n, ips: 10.0.0.128/25}
                """)).isEmpty();
    }
}
