package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.vswitch.carrier.Heartbeat;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackLinkSpec;
import org.junit.jupiter.api.Test;

/** Which interfaces a dead member loses, and what protects its stack links. */
class WatchedDevicesTest {
    private static final String TEXT = """
            members: {1: {}, 2: {}}
            ports:
              web: {type: nic, device: eth0, access: 10}
              shared: {type: nic, device: eth1, share-with-host: true, access: 10}
              off: {type: nic, device: eth2, enabled: false, access: 10}
              tap: {type: tap, device: t0, access: 10}
              st1: {type: nic, device: eth3, role: stack}
              st2: {type: udp, local: "192.0.2.1:1", remote: "192.0.2.2:1", role: stack}
              leg1: {type: nic, device: eth4}
              leg2: {member: 2, type: nic, device: eth4}
              st3: {member: 2, type: nic, device: eth3, role: stack}
            lags:
              po1: {ports: [leg1, leg2], access: 10}
            """;

    @Test
    void shouldNameWhatTheMemberAloneSwitchesLegsFirst() {
        FabricConfig config = FabricYaml.parse(TEXT).orElseThrow();
        assertThat(WatchedDevices.of(config, 1))
                .isEqualTo(new Heartbeat.Devices(List.of("eth3"), List.of("eth4", "eth0")));
        assertThat(WatchedDevices.of(config, 2)).isEqualTo(new Heartbeat.Devices(List.of("eth3"), List.of("eth4")));
        assertThat(WatchedDevices.of(config, 3)).isEqualTo(Heartbeat.Devices.NONE);
    }

    @Test
    void shouldNameNoLegOfALagThatIsDisabled() {
        FabricConfig config = FabricYaml.parse(TEXT.replace("po1: {", "po1: {enabled: false, "))
                .orElseThrow();
        assertThat(WatchedDevices.of(config, 2).others()).isEmpty();
    }

    @Test
    void shouldEncryptWhatOthersCarry() {
        FabricConfig config = FabricYaml.parse(TEXT).orElseThrow();
        assertThat(new StackSpecs(1).of(config).links()).extracting(StackLinkSpec::port, StackLinkSpec::protection)
                .containsExactlyInAnyOrder(tuple("st1", LinkProtection.AUTHENTICATED),
                        tuple("st2", LinkProtection.SEALED));
        FabricConfig bare = FabricYaml.parse("stack: {link-protection: none}\n" + TEXT).orElseThrow();
        assertThat(new StackSpecs(1).of(bare).links()).extracting(StackLinkSpec::protection)
                .containsOnly(LinkProtection.NONE);
    }
}
