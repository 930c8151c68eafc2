package net.weft.controller.model.yaml.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.FabricYamlTest;
import net.weft.controller.model.yaml.Mutation;
import net.weft.controller.model.yaml.Validation;
import net.weft.testing.Seed;
import net.weft.vlan.VlanSet;
import org.junit.jupiter.api.Test;

class FabricEditTest {
    private final FabricConfig config = FabricYaml.parse(FabricYamlTest.SAMPLE).orElseThrow();

    @Test
    void shouldAddAPortByTheKeysOfTheFile() {
        FabricConfig edited = FabricEdit
                .addPort(config, "new", Map.of("type", "tap", "device", "t9", "trunk.allowed", "10, 100-199"))
                .orElseThrow();
        assertThat(edited.ports()).hasSize(6);
        assertThat(edited.port("new").orElseThrow().device()).isEqualTo(new DeviceConfig.Tap("t9"));
        assertThat(((MembershipConfig.Trunk) edited.port("new").orElseThrow().membership()).allowed())
                .isEqualTo(VlanSet.parse("10,100-199"));
    }

    @Test
    void shouldSetKeysAndLeaveTheOthers() {
        FabricConfig edited = FabricEdit
                .setPort(config, "host0", Map.of("mtu", "9000", "description", "a: b # c", "mac-limit", ""))
                .orElseThrow();
        assertThat(edited.port("host0").orElseThrow().mtu()).hasValue(9000);
        assertThat(edited.port("host0").orElseThrow().description()).contains("a: b # c");
        assertThat(edited.port("host0").orElseThrow().macLimit()).isEmpty();
        assertThat(edited.port("host0").orElseThrow().membership()).isEqualTo(new MembershipConfig.Access(10));
        assertThat(edited.ports().keySet()).containsExactlyElementsOf(config.ports().keySet());
    }

    @Test
    void shouldReplaceOneMembershipByAnother() {
        assertThat(FabricEdit.setPort(config, "host0", Map.of("trunk", "{allowed: [1], native: 1}")).orElseThrow()
                .port("host0").orElseThrow().membership()).isInstanceOf(MembershipConfig.Trunk.class);
        assertThat(FabricEdit.setPort(config, "lab", Map.of("access", "7")).orElseThrow().port("lab").orElseThrow()
                .membership()).isEqualTo(new MembershipConfig.Access(7));
        assertThat(FabricEdit.setPort(config, "lab", Map.of("trunk.native", "")).orElseThrow().port("lab").orElseThrow()
                .membership()).isInstanceOfSatisfying(MembershipConfig.Trunk.class,
                        trunk -> assertThat(trunk.nativeVlan()).isEmpty());
    }

    @Test
    void shouldRemoveAPort() {
        assertThat(FabricEdit.removePort(config, "lab").orElseThrow().ports()).hasSize(4).doesNotContainKey("lab");
    }

    @Test
    void shouldRefuseWhatTheFileMayNotSay() {
        refused(FabricEdit.addPort(config, "lab", Map.of()), "ports.lab: exists already");
        refused(FabricEdit.setPort(config, "lap", Map.of()), "ports.lap: there is no such port; did you mean lab?");
        refused(FabricEdit.removePort(config, "zz-top"), "ports.zz-top: there is no such port");
        refused(FabricEdit.setPort(config, "lab", Map.of("access", "4095")),
                "ports.lab.access: 4095 is not a VLAN ID (1-4094)");
        refused(FabricEdit.setPort(config, "lab", Map.of("device", "weft0")),
                "ports.lab.device: interface weft0 of member 1 is taken by port host0");
        refused(FabricEdit.setPort(config, "lab", Map.of("acess", "1")),
                "ports.lab.acess: unknown key; did you mean access?");
        refused(FabricEdit.setPort(config, "lab", Map.of("mtu.x", "1")),
                "ports.lab.mtu.x: unknown key; did you mean mtu?");
        refused(FabricEdit.setPort(config, "lab", Map.of("role", "spine")), "ports.lab.role: spine is not stack");
        refused(FabricEdit.setPort(config, "lab", Map.of("mtu", "*a")),
                "ports.lab.mtu: *a is a YAML alias; write the value out");
        refused(FabricEdit.setPort(config, "lab", Map.of("mtu", "# none")), "ports.lab.mtu: # none holds no value");
        refused(FabricEdit.addPort(config, "Bad", Map.of("type", "tap", "device", "t", "access", "1")),
                "ports.Bad: Bad is not a name (a-z, 0-9, '.', '_' and '-'; 63 characters at most; a letter or digit first)");
    }

    @Test
    void shouldNeverThrowWhateverTheKeys() {
        long seed = Seed.of(FabricEditTest.class);
        System.out.println("FabricEditTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Mutation mutation = new Mutation(random);
        for (int i = 0; i < 5_000; i++) {
            FabricConfig fabric = new RandomFabric(random).next();
            String name = fabric.ports().keySet().stream().findFirst().orElse("p");
            String key = Optional.of(random.nextInt(3)).filter(choice -> choice > 0).map(choice -> "trunk.allowed")
                    .orElse(mutation.of("access"));
            assertThat(FabricEdit.withPort(fabric, name, Map.of(key, mutation.of("[10, 20-30]")))).isNotNull();
        }
        assertThat(FabricEdit.withPort(config, "lab", Map.of("trunk" + ".a".repeat(100_000), "1")).faults())
                .hasSize(1);
    }

    private static void refused(Validation result, String fault) {
        assertThat(result.faults()).extracting(each -> each.describe("f")).containsExactly(fault);
    }
}
