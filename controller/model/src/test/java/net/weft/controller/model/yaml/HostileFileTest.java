package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.YamlTree;
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
                .hasToString(
                        "the file has 16777217 bytes, expected at most 16777216 (16 MiB): leave comments out, or write"
                                + " each object on one line");
        assertThat(FabricYaml.parse(new byte[]{(byte) 0xc3, 0x28}).faults()).singleElement()
                .hasToString("not UTF-8 text");
        assertThat(faults("ports: " + "[".repeat(100_000))).singleElement().asString()
                .contains("nested deeper than 32 levels");
        assertThat(faults("ports: " + "{a: ".repeat(100_000))).singleElement().asString()
                .contains("nested deeper than 32 levels");
    }

    @Test
    @Timeout(20)
    void shouldTakeAFileOfFullSize() {
        StringBuilder text = new StringBuilder("ports:\n");
        for (int i = 0; text.length() < FabricYaml.MAX_BYTES - 1000; i++) {
            text.append("  p").append(i).append(": {type: tap, device: t").append(i).append(", access: 10} # ")
                    .append("x".repeat(400)).append('\n');
        }
        assertThat(FabricYaml.parse(text.toString()).faults()).isEmpty();
    }

    @Test
    void shouldRefuseAFileOfTooManyValues() {
        YamlTree.Limits limits = new YamlTree.Limits(FabricYaml.MAX_DEPTH, 1000);
        Faults most = new Faults();
        assertThat(YamlTree.read("[" + "1,".repeat(998) + "1]", "", limits, most)).isPresent();
        assertThat(most.isEmpty()).isTrue();
        Faults more = new Faults();
        assertThat(YamlTree.read("[" + "1,".repeat(999) + "1]", "", limits, more)).isEmpty();
        assertThat(more.toList()).singleElement().asString()
                .contains("the file has more than 1000 values");
        assertThat(FabricYaml.LIMITS.values()).isEqualTo(600_000);
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
