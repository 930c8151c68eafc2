package net.weft.controller.model.yaml.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import org.junit.jupiter.api.Test;

/** LAGs changed by command. */
class LagEditTest {
    private static final FabricConfig PORTS = valid(FabricYaml.parse("""
            ports:
              up1: {type: nic, device: eth1, access: 10}
              up2: {type: nic, device: eth2, access: 10, mtu: 9000}
              up3: {type: nic, device: eth3, access: 10}
            """));

    private static FabricConfig valid(Validation validation) {
        assertThat(validation.faults()).isEmpty();
        return ((Validation.Valid) validation).config();
    }

    private static FabricConfig aggregated() {
        return valid(ObjectEdit.add(PORTS, ObjectEdit.Kind.LAG, "po1", Map.of("ports", "up1, up2", "access", "10")));
    }

    @Test
    void shouldMakePortsLegsAndSayWhatTheyGiveUp() {
        FabricConfig config = aggregated();
        assertThat(config.port("up2").orElseThrow().membership()).isEqualTo(new MembershipConfig.Leg("po1"));
        assertThat(Plan.diff(PORTS, config).describe()).contains("~ port up2: access 10 → -, mtu 9000 → -")
                .contains("+ lag po1: ports [up1, up2], access 10");
        assertThat(valid(FabricYaml.parse(FabricYaml.write(config)))).isEqualTo(config);
    }

    @Test
    void shouldDrainAndUndrainALegAndNothingElse() {
        FabricConfig drained = valid(DrainEdit.of(aggregated(), "up2", true));
        assertThat(((DeviceConfig.Lag) drained.port("po1").orElseThrow().device()).settings().drained())
                .containsExactly("up2");
        assertThat(valid(DrainEdit.of(drained, "up2", true))).isEqualTo(drained);
        assertThat(valid(DrainEdit.of(drained, "up2", false))).isEqualTo(aggregated());
        assertThat(DrainEdit.of(drained, "up3", true).faults()).extracting(fault -> fault.message())
                .containsExactly("is no leg of a LAG; weft show lags --legs lists them");
        assertThat(DrainEdit.of(drained, "nobody", true).faults()).extracting(fault -> fault.message())
                .containsExactly("there is no such port");
    }

    @Test
    void shouldRemoveLegsWithTheirLag() {
        FabricConfig without = valid(ObjectEdit.remove(aggregated(), ObjectEdit.Kind.LAG, "po1"));
        assertThat(List.copyOf(without.ports().keySet())).containsExactly("up3");
        FabricConfig fewer = valid(
                ObjectEdit.set(aggregated(), ObjectEdit.Kind.LAG, "po1", Map.of("ports", "up1, up3")));
        assertThat(fewer.ports().keySet()).containsExactly("up1", "up3", "po1");
    }

    @Test
    void shouldKeepALegThatALagUses() {
        assertThat(FabricEdit.removePort(aggregated(), "up1").faults()).extracting(fault -> fault.message())
                .containsExactly("port up1 is used by po1; change or remove it first");
        assertThat(FabricEdit.setPort(aggregated(), "po1", Map.of("mtu", "9000")).faults())
                .extracting(fault -> fault.message())
                .containsExactly("is a LAG, not a port; weft lag set and weft lag remove change it");
    }
}
