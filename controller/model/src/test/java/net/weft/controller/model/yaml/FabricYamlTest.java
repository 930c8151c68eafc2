package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.MirrorConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.controller.model.SocketAccess;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.packet.MacAddress;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import org.junit.jupiter.api.Test;

public class FabricYamlTest {
    public static final String SAMPLE = """
            fabric: lab
            system-mac: "02:57:45:46:54:01"
            members:
              1: {priority: 200, management: 192.0.2.1, workers: {cpus: [3, 2], poll: always}}
            export:
              ipfix: {collector: flows.example.org:4739, sampling: 64, active-timeout: 2m, idle-timeout: 10s}
              sflow: {collector: "[2001:db8::9]:6343", agent: 192.0.2.1}
            tenants:
              acme:
                networks:
                  web: {vlan: 10, subnets: [10.10.0.0/24, "fd00:10::/64"]}
                  db: {vlan: 20}
            ports:
              host0: {type: tap, device: weft0, persist: true, access: 10, mtu: 1500, mac-limit: 8, storm-limit: 2000,
                      rate-limit: {ingress: 100mbit, egress: 1.5gbit}, bpdu: guard}
              db1: {type: qemu, transport: stream, socket: /run/weft/db1.sock, mode: client, network: acme/db}
              db2: {type: qemu, transport: dgram, local: /run/weft/db2.sock, remote: /run/weft/db2-qemu.sock,
                    network: acme/db, socket-owner: libvirt-qemu, socket-group: kvm, socket-mode: 0600}
              web1: {type: qemu, transport: stream, socket: /run/weft/web1.sock, mode: server, network: acme/web}
              lab: {type: nic, device: eth3, trunk: {allowed: [10, 20, 100-199], native: 10}, share-with-host: true,
                    enabled: false, description: "to the lab: rack 4", storm-limit: off, loop-probes: off, mac-move: hold,
                    pass: [lldp, ptp]}
            """;

    @Test
    void shouldReadEveryKeyThatIsAlive() {
        FabricConfig config = FabricYaml.parse(SAMPLE).orElseThrow();
        assertThat(config.name()).isEqualTo("lab");
        assertThat(config.systemMac()).contains(MacAddress.parse("02:57:45:46:54:01"));
        assertThat(config.members().values()).containsExactly(new MemberConfig(1, OptionalInt.of(200),
                Optional.of("192.0.2.1"), new WorkerConfig(List.of(2, 3), WorkerConfig.Poll.ALWAYS)));
        assertThat(config.export()).isEqualTo(new ExportConfig(
                Optional.of(new ExportConfig.Ipfix(new ExportConfig.Endpoint("flows.example.org", 4739), 64, 120, 10)),
                Optional.of(new ExportConfig.Sflow(new ExportConfig.Endpoint("2001:db8::9", 6343), 1000, 30,
                        Optional.of("192.0.2.1")))));
        assertThat(config.network(new NetworkName("acme", "web"))).get()
                .satisfies(web -> assertThat(web.subnets()).containsExactly("10.10.0.0/24", "fd00:10::/64"));
        assertThat(config.ports().keySet()).containsExactly("host0", "db1", "db2", "web1", "lab");
        assertThat(config.port("host0").orElseThrow()).isEqualTo(new PortConfig("host0", 1,
                new DeviceConfig.Tap("weft0", true),
                new MembershipConfig.Access(10), OptionalInt.of(8), OptionalInt.of(1500), true, Optional.empty(),
                new ProtectionConfig(OptionalInt.of(2000), OptionalLong.of(100_000_000), OptionalLong.of(1_500_000_000),
                        ProtectionConfig.Bpdu.GUARD)));
        assertThat(config.port("db2").orElseThrow().device()).isEqualTo(new DeviceConfig.QemuDgram("/run/weft/db2.sock",
                "/run/weft/db2-qemu.sock", new SocketAccess(Optional.of("libvirt-qemu"), Optional.of("kvm"), 0600)));
        assertThat(config.port("lab").orElseThrow()).isEqualTo(new PortConfig("lab", 1,
                new DeviceConfig.Nic("eth3", true),
                new MembershipConfig.Trunk(VlanSet.parse("10,20,100-199"), OptionalInt.of(10)), OptionalInt.empty(),
                OptionalInt.empty(), false, Optional.of("to the lab: rack 4"),
                new ProtectionConfig(OptionalInt.of(ProtectionConfig.NO_STORM_LIMIT), OptionalLong.empty(),
                        OptionalLong.empty(), ProtectionConfig.Bpdu.DROP, false, ProtectionConfig.MacMove.HOLD,
                        Set.of(ProtectionConfig.Passed.LLDP, ProtectionConfig.Passed.PTP))));
    }

    @Test
    void shouldResolveMembershipOfEachKind() {
        FabricConfig config = FabricYaml.parse(SAMPLE).orElseThrow();
        assertThat(config.ports().values()).extracting(config::vlanMembership).containsExactly(
                VlanMembership.access(10), VlanMembership.access(20), VlanMembership.access(20),
                VlanMembership.access(10), VlanMembership.trunk(VlanSet.parse("10,20,100-199"), 10));
        assertThat(config.networkOf(20)).get().hasFieldOrPropertyWithValue("name", new NetworkName("acme", "db"));
        assertThat(config.networkOf(30)).isEmpty();
    }

    @Test
    void shouldReadMirrors() {
        FabricConfig config = FabricYaml.parse("""
                ports:
                  a: {type: tap, device: t0, access: 10, mirror-to: spy}
                  b: {type: tap, device: t1, access: 10, mirror-to: {port: far, vlan: 900}}
                  spy: {type: tap, device: t2}
                  far: {type: tap, device: t3, trunk: {allowed: [10]}}
                """).orElseThrow();
        assertThat(config.port("a").orElseThrow().mirror()).contains(new MirrorConfig("spy", OptionalInt.empty()));
        assertThat(config.port("b").orElseThrow().mirror()).contains(new MirrorConfig("far", OptionalInt.of(900)));
        assertThat(config.mirrorTargets()).containsExactly("spy");
        assertThat(config.vlanMembership(config.port("spy").orElseThrow())).isEqualTo(VlanMembership.none());
        assertThat(FabricEdit.setPort(config, "a", Map.of("mirror-to", "")).faults()).singleElement().asString()
                .contains("ports.spy", "missing membership");
        assertThat(FabricEdit.setPort(config, "a", Map.of("mirror-to", "far")).faults()).isNotEmpty();
        assertThat(FabricEdit.setPort(config, "far", Map.of("mirror-to", "spy")).faults()).singleElement().asString()
                .contains("far is mirrored itself");
    }

    @Test
    void shouldReadJson() {
        FabricConfig json = FabricYaml.parse(
                "{\"fabric\": \"lab\", \"ports\": {\"a\": {\"type\": \"tap\", \"device\": \"t0\", \"access\": 10}}}")
                .orElseThrow();
        assertThat(json)
                .isEqualTo(
                        FabricYaml.parse("fabric: lab\nports: {a: {type: tap, device: t0, access: 10}}").orElseThrow());
    }

    @Test
    void shouldTakeDefaultsWhereNothingIsSaid() {
        assertThat(FabricYaml.parse("ports: {}\n").orElseThrow()).isEqualTo(FabricConfig.empty());
        assertThat(FabricYaml.parse("\uFEFFports: {}\r\n").orElseThrow()).isEqualTo(FabricConfig.empty());
    }

    @Test
    void shouldThrowEveryFaultOnDemand() {
        assertThatThrownBy(() -> FabricYaml.parse("a: 1\nb: 2").orElseThrow())
                .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.faults()).hasSize(3))
                .hasMessageContaining("a: unknown key").hasMessageContaining("b: unknown key");
    }

    @Test
    void shouldReadBackWhatItWrites() {
        long seed = Seed.of(FabricYamlTest.class);
        System.out.println("shouldReadBackWhatItWrites: seed " + seed);
        for (int i = 0; i < 1_000; i++) {
            FabricConfig config = new RandomFabric(new SplittableRandom(seed + i)).next();
            String text = FabricYaml.write(config);
            Validation read = FabricYaml.parse(text);
            assertThat(read.faults()).as("seed %d, iteration %d:%n%s", seed, i, text).isEmpty();
            assertThat(read.orElseThrow()).as("seed %d, iteration %d:%n%s", seed, i, text).isEqualTo(config);
            assertThat(FabricYaml.write(read.orElseThrow())).isEqualTo(text);
            String compact = FabricYaml.writeCompact(config);
            assertThat(FabricYaml.parseWritten(compact).orElseThrow()).as(compact).isEqualTo(config);
            assertThat(FabricYaml.parse(compact).orElseThrow()).as("it is YAML too, for an older Weft: " + compact)
                    .isEqualTo(config);
            assertThat(FabricYaml.parseWritten(text).orElseThrow()).as("as an older Weft wrote it").isEqualTo(config);
        }
    }

    @Test
    void shouldNeverThrowWhateverTheText() {
        long seed = Seed.of(FabricYamlTest.class);
        System.out.println("shouldNeverThrowWhateverTheText: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int valid = 0;
        for (int i = 0; i < 6_000; i++) {
            String text = new Mutation(random)
                    .of(i % 2 == 0 ? SAMPLE : FabricYaml.write(new RandomFabric(random).next()));
            Validation read;
            try {
                read = FabricYaml.parse(text);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", iteration " + i + ":\n" + text, e);
            }
            if (read instanceof Validation.Valid(FabricConfig config, List<Fault> _)) {
                valid++;
                assertThat(FabricYaml.parse(FabricYaml.write(config)).orElseThrow())
                        .as("seed %d, iteration %d:%n%s", seed, i, text).isEqualTo(config);
            } else {
                assertThat(read.faults()).as("seed %d, iteration %d", seed, i).isNotEmpty();
            }
        }
        assertThat(valid).as("some mutations are harmless").isBetween(1, 19_999);
    }
}
