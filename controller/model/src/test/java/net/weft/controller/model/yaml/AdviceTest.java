package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.controller.model.yaml.tree.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that a newcomer makes, and what he is told to do. */
class AdviceTest {
    private static final String USED = """
            tenants: {acme: {networks: {web: {vlan: 10, zone: lab}, db: {vlan: 20}}, zones: {lab: {}}}}
            zones: {dmz: {}, lone: {}}
            policies: [{name: in, from: dmz, to: any, action: allow}]
            ports:
              web1: {type: tap, device: t1, network: acme/web}
              c1: {type: tap, device: t2, network: acme/web}
              db1: {type: tap, device: t3, access: 20, zone: dmz, mirror-to: probe}
              probe: {type: tap, device: t4, access: 30}
            """;

    private static List<String> faults(String text) {
        return FabricYaml.parse(text).faults().stream().map(fault -> fault.describe("f")).toList();
    }

    static Stream<Arguments> mistakes() {
        String tap = "type: tap, device: t0";
        return Stream.of(
                arguments("ports:\n",
                        "f:1: ports: nothing stands behind it, which would remove every port; if that is meant, write ports: {}"),
                arguments("ports: {}\nzones:\n",
                        "f:2: zones: nothing stands behind it, which would remove all that stood there; if that is meant, write zones: {}"),
                arguments("ports: {}\ntenants: {a: {networks: }}",
                        "f:2: tenants.a.networks: nothing stands behind it, which would remove all that stood there; if that is meant, write networks: {}"),
                arguments("ports: {}\npolicies:\n",
                        "f:2: policies: expected a list, found nothing; write it as in policies: [{name: web, from: [dmz], to: [data], match: [tcp/443], action: allow}]"),
                port(tap + ", access: 1, enabled: \"false\"",
                        ".enabled: \"false\" is a text; write false without quotes"),
                port(tap + ", access: 1, enabled: yes", ".enabled: yes is not true or false"),
                port(tap + ", access: \"1\"", ".access: \"1\" is a text; write the number without quotes"),
                port(tap + ", trunk: [10, 20]",
                        ".trunk: expected a mapping, found a list; write it as in trunk: {allowed: [10, 20-29], native: 10}"),
                arguments("ports: [a, b]",
                        "f:1: ports: expected a mapping, found a list; write it as in ports: {web1: {type: tap, device: weft0, access: 10}}"),
                arguments("ports:\n  p: tap\n",
                        "f:2: ports.p: expected a mapping, found a single value; write it as in ports: {web1: {type: tap, device: weft0, access: 10}}"),
                arguments("ports:\n\tx: 1\n", "f:2: not YAML: a tab stands here; YAML indents with spaces only"),
                arguments("ports:\n  p:\n    type: tap\n    access:10\n    device: t0\n",
                        "not YAML: a line without a key; perhaps the space behind a colon is missing (access: 10, not access:10)"),
                arguments("ports:\n  p:\n    access:10\n",
                        "f:3: ports.p: expected a mapping, found a single value; a space is missing behind the colon: access: 10"),
                port(tap + ", access:10", ".access:10: unknown key; a space is missing behind the colon: access: 10"),
                port(tap + ", tag: 10", ".tag: unknown key; Weft's word is access: VID"),
                port(tap + ", trunks: [10]", ".trunks: unknown key; Weft's word is trunk: {allowed: [VID, ...]}"),
                port("type: internal, access: 1",
                        ".type: internal is not a port type (tap, nic, qemu, vhost-user, udp, pcap); Weft's word is tap"),
                port("type: veth, access: 1",
                        ".type: veth is not a port type (tap, nic, qemu, vhost-user, udp, pcap); Weft's word is nic"),
                port("type: dpdkvhostuserclient, access: 1",
                        ".type: dpdkvhostuserclient is not a port type (tap, nic, qemu, vhost-user, udp, pcap); Weft's word is vhost-user, with mode: client"));
    }

    private static Arguments port(String keys, String expected) {
        return arguments("ports:\n  p: {" + keys + "}", "f:2: ports.p" + expected);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldSayWhatToWrite(String text, String expected) {
        assertThat(faults(text)).anySatisfy(fault -> assertThat(fault).endsWith(expected));
    }

    @Test
    void shouldTakeWhatSaysNothingOnPurpose() {
        assertThat(faults("ports: {}\nzones: {}\ntenants: {a: {networks: {}}}\npolicies: []\n")).isEmpty();
        assertThat(faults("ports: {}\nzones: {remote: }\n")).as("a zone needs no keys").isEmpty();
    }

    @Test
    void shouldNameTheUsersOfWhatIsToBeRemoved() {
        FabricConfig config = FabricYaml.parse(USED).orElseThrow();
        assertThat(removed(config, ObjectEdit.Kind.NETWORK, "acme/web")).containsExactly(
                "tenants.acme.networks.web: network acme/web is used by web1, c1; change or remove these first");
        assertThat(removed(config, ObjectEdit.Kind.NETWORK, "acme/db")).isEmpty();
        assertThat(removed(config, ObjectEdit.Kind.ZONE, "dmz")).containsExactly(
                "zones.dmz: zone dmz is used by port db1, policy in; change or remove these first");
        assertThat(removed(config, ObjectEdit.Kind.ZONE, "acme/lab")).containsExactly(
                "tenants.acme.zones.lab: zone acme/lab is used by network acme/web; change or remove it first");
        assertThat(removed(config, ObjectEdit.Kind.ZONE, "lone")).isEmpty();
        assertThat(FabricEdit.removePort(config, "probe").faults()).extracting(Fault::toString).containsExactly(
                "ports.probe: port probe is used by db1; change or remove it first");
        assertThat(FabricEdit.removePort(config, "web1").faults()).isEmpty();
        assertThat(FabricEdit.setPort(config, "db1", Map.of("mirror-to", "")).faults()).isEmpty();
    }

    private static List<String> removed(FabricConfig config, ObjectEdit.Kind kind, String name) {
        return ObjectEdit.remove(config, kind, name).faults().stream().map(Fault::toString).toList();
    }
}
