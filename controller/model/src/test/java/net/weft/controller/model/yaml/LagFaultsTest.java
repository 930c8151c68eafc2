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
                spread("st2", "ports: [p, q]",
                        "lags.po.ports: has legs on members 1, 2, and member 1 has no stack link (a port with role: stack)"),
                spread("st1, st2", "ports: [p, q], min-links: 2",
                        "lags.po.min-links: 2 is not supported yet for a LAG over several members (1, 2); leave it at 1"),
                spread("st1, st2", "ports: [p, q], fallback: one-leg",
                        "lags.po.fallback: one-leg is not supported yet for a LAG over several members (1, 2)"),
                spread("st1, st2", "ports: [p, q], mirror-to: st1",
                        "lags.po.mirror-to: does not go with a LAG over several members (1, 2): a mirror stays on one"),
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

    private static final String STACKED = "members: {1: {}, 2: {}}\nports: {p: {type: nic, device: t},"
            + " q: {member: 2, type: nic, device: t}, st1: {type: nic, device: s, role: stack},"
            + " st2: {member: 2, type: nic, device: s, role: stack}}\n";

    /** @param links the stack links that there are, of st1 and st2 */
    private static Arguments spread(String links, String keys, String expected) {
        String text = links.contains("st1")
                ? STACKED
                : STACKED.replace(" st1: {type: nic, device: s, role: stack},", "");
        return arguments(text + "lags: {po: {" + keys + ", access: 1}}", expected);
    }

    @Test
    void shouldTakeALagOverTwoMembers() {
        FabricConfig config = bound(STACKED + "lags: {po: {ports: [p, q], access: 1}}");
        PortConfig lag = config.port("po").orElseThrow();
        assertThat(config.membersOf(lag)).containsExactly(1, 2);
        assertThat(config.isSpread(lag)).isTrue();
        assertThat(config.isAt(lag, 2)).isTrue();
        assertThat(config.isAt(lag, 3)).isFalse();
        assertThat(config.isSpread(config.port("p").orElseThrow())).isFalse();
        assertThat(bound(FabricYaml.write(config))).isEqualTo(config);
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
