package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.controller.model.yaml.tree.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are too large, too deep, or made to take long. */
class HostileFileTest {
    private static List<String> faults(String text) {
        return FabricYaml.parse(text).faults().stream().map(fault -> fault.describe("f")).toList();
    }

    @Test
    void shouldRefuseWhatIsTooLargeTooDeepOrNoText() {
        assertThat(FabricYaml.parse(new byte[FabricYaml.MAX_BYTES + 1]).faults()).singleElement()
                .hasToString("4194305 bytes are too many; 4194304 are allowed");
        assertThat(FabricYaml.parse(new byte[]{(byte) 0xc3, 0x28}).faults()).singleElement()
                .hasToString("not UTF-8 text");
        assertThat(faults("ports: " + "[".repeat(100_000))).singleElement().asString()
                .contains("nested deeper than 32 levels");
        assertThat(faults("ports: " + "{a: ".repeat(100_000))).singleElement().asString()
                .contains("nested deeper than 32 levels");
    }

    @Test
    void shouldBoundTheNumberOfFaultsAndTheLengthOfEach() {
        StringBuilder text = new StringBuilder("ports: {}\n");
        for (int i = 0; i < 12_000; i++) {
            text.append("x".repeat(70)).append(i).append(": 1\n");
        }
        assertThat(FabricYaml.parse(text.toString()).faults()).hasSize(Faults.MAX + 1)
                .allSatisfy(fault -> assertThat(fault.toString().length()).isLessThan(300)).last()
                .hasToString("2000 more faults are not shown");
    }

    @Test
    @Timeout(20)
    void shouldJudgeHostileFilesOfFullSizeInSeconds() {
        StringBuilder dangling = new StringBuilder("tenants:\n  t:\n    networks:\n");
        for (int i = 0; i < 12_000; i++) {
            dangling.append("      network-").append(i).append(": {vlan: 1}\n");
        }
        dangling.append("ports:\n");
        for (int i = 0; i < 12_000; i++) {
            dangling.append("  p").append(i).append(": {network: t/network-x").append(i).append("}\n");
        }
        assertThat(faults(dangling.toString())).hasSize(Faults.MAX + 1);
        String list = "ports: {p: {type: tap, device: t, trunk: {allowed: [" + "1,".repeat(500_000) + "1]}}}";
        assertThat(faults(list)).isEmpty();
        assertThat(faults("ports: {" + "a, ".repeat(300_000) + "}")).hasSize(Faults.MAX + 1);
        assertThat(faults("ports: \"" + "\\u0041".repeat(100_000) + "\"")).hasSize(1);
    }
}
