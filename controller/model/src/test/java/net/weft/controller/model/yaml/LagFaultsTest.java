package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.PortConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code lags} of the file: what is bound, and each way to be wrong. */
class LagFaultsTest {
    private static final String LEGS = "ports: {up1: {type: nic, device: eth1}, up2: {type: nic, device: eth2}}\n";

    private static FabricConfig bound(String text) {
        Validation validation = FabricYaml.parse(text);
        assertThat(validation.faults()).isEmpty();
        return ((Validation.Valid) validation).config();
    }

    @Test
    void shouldBindALagAsAPortWhoseDeviceIsItsLegs() {
        FabricConfig config = bound("ports: {up1: {type: nic, device: eth1, port-priority: 7, lldp: false},"
                + " up2: {type: nic, device: eth2, enabled: false}}\n"
                + "lags: {po1: {ports: [up1, up2], lacp: passive, rate: fast, hash: l2+l3, min-links: 2,"
                + " system-priority: 5, wait-to-restore: 1m, fallback: one-leg, drained: [up2], mtu: 9000,"
                + " trunk: {allowed: [10, 20]}}}");
        PortConfig lag = config.port("po1").orElseThrow();
        assertThat(lag.device()).isInstanceOf(DeviceConfig.Lag.class);
        LagSettings settings = ((DeviceConfig.Lag) lag.device()).settings();
        assertThat(settings.ports()).containsExactly("up1", "up2");
        assertThat(settings.drained()).containsExactly("up2");
        assertThat(settings.waitToRestoreSeconds()).isEqualTo(60);
        assertThat(settings.fast()).isTrue();
        assertThat(settings.fallback()).isTrue();
        assertThat(settings.hash()).isEqualTo(LagSettings.Hash.L2_L3);
        assertThat(config.port("up1").orElseThrow().membership()).isEqualTo(new MembershipConfig.Leg("po1"));
        assertThat(config.vlans(lag).size()).isEqualTo(2);
        assertThat(bound(FabricYaml.write(config))).isEqualTo(config);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(
                        "members: {1: {}, 2: {}}\nports: {p: {type: nic, device: t}, q: {member: 2, type: nic, device: t}}\n"
                                + "lags: {po: {ports: [p, q], access: 1}}",
                        "lags.po.ports: has legs on members [1, 2]; a LAG over several members is not supported yet"),
                lag("ports: [up1, up3]", "lags.po1.ports[1]: there is no port up3; did you mean up1?"),
                lag("ports: []", "lags.po1.ports: is empty; a LAG has at least one leg"),
                lag("ports: [up1, up1]", "lags.po1.ports[1]: up1 stands twice"),
                lag("ports: [up1], min-links: 2",
                        "lags.po1.min-links: 2 is more than the LAG's 1 leg, so that it would never forward"),
                lag("ports: [up1], lacp: maybe", "lags.po1.lacp: maybe is not one of active, passive, off"),
                lag("ports: [up1], lacp: off, rate: fast",
                        "lags.po1.rate: does not go with lacp: off, a static LAG"),
                lag("ports: [up1], hash: l4", "lags.po1.hash: l4 is not one of l2, l2+l3, l3+l4"),
                lag("ports: [up1], drained: [up2]", "lags.po1.drained[0]: up2 is no leg of po1; did you mean up1?"),
                lag("ports: [up1], wait-to-restore: 2h",
                        "lags.po1.wait-to-restore: 2h is not a time (such as 3s or 1m, at most 1h)"),
                lag("ports: [up1], port-priority: 1", "lags.po1.port-priority: unknown key"));
    }

    private static Arguments lag(String keys, String expected) {
        return arguments(
                "ports: {up1: {type: nic, device: eth1}, up2: {type: nic, device: eth2, access: 10}}\nlags: {po1: {"
                        + keys + ", access: 10}}",
                expected);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldTellWhatIsWrongWithALag(String text, String expected) {
        assertThat(
                FabricYaml.parse(text).faults().stream().map(fault -> fault.path() + ": " + fault.message()).toList())
                .anySatisfy(fault -> assertThat(fault).startsWith(expected));
    }

    @Test
    void shouldRefuseMembershipAndSettingsOfALegWithTheirPath() {
        List<String> faults = FabricYaml
                .parse("ports: {up1: {type: nic, device: eth1, access: 10, zone: none, mtu: 9000,"
                        + " mac: [\"02:00:00:00:00:01\"]}}\nlags: {po1: {ports: [up1], access: 10}}")
                .faults().stream()
                .map(fault -> fault.path() + ": " + fault.message()).toList();
        assertThat(faults).contains(
                "ports.up1.access: does not go with a leg of LAG po1; membership and settings belong to lags.po1",
                "ports.up1.zone: does not go with a leg of LAG po1; membership and settings belong to lags.po1",
                "ports.up1.mtu: does not go with a leg of LAG po1; membership and settings belong to lags.po1",
                "ports.up1.mac: does not go with a leg of LAG po1; membership and settings belong to lags.po1");
    }

    @Test
    void shouldRefuseALegOfTwoLagsAPriorityOfNoLegAndTheNameOfAPort() {
        assertThat(FabricYaml.parse(LEGS + "lags: {a: {ports: [up1], access: 10}, b: {ports: [up1, up2], access: 20}}")
                .faults()).extracting(fault -> fault.message())
                .contains("up1 is a leg of LAG a already; a port is a leg of one");
        assertThat(FabricYaml.parse("ports: {p: {type: tap, device: t, access: 10, port-priority: 3}}").faults())
                .extracting(fault -> fault.message()).contains("does not go with a port that is no leg of a LAG");
        assertThat(FabricYaml.parse(LEGS + "lags: {up1: {ports: [up2], access: 10}}").faults())
                .extracting(fault -> fault.message())
                .contains("there is a port of that name; a LAG and a port cannot share one");
    }

    @Test
    void shouldRefuseAMirrorToALeg() {
        assertThat(FabricYaml.parse("ports: {p: {type: tap, device: t, access: 10, mirror-to: up1},"
                + " up1: {type: nic, device: eth1}}\nlags: {po1: {ports: [up1], access: 10}}").faults())
                .extracting(fault -> fault.message()).contains("up1 is a leg of LAG po1: say mirror-to: po1");
    }
}
