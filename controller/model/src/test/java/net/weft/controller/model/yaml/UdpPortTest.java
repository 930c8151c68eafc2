package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.ExportConfig.Endpoint;
import net.weft.controller.model.FabricConfig;
import org.junit.jupiter.api.Test;

/** Ports of type {@code udp}, which are stack links. */
class UdpPortTest {
    private static final String MEMBERS = "members: {1: {}, 2: {}}\nports:\n";
    private static final String PAIR = MEMBERS
            + "  a: {type: udp, local: '192.0.2.1:47900', remote: '192.0.2.2:47900', role: stack}\n"
            + "  b: {member: 2, type: udp, local: '[2001:db8::2]:1', remote: '[2001:db8::1]:65535', role: stack}\n";

    @Test
    void shouldReadAndWriteThem() {
        FabricConfig config = FabricYaml.parse(PAIR).orElseThrow();
        assertThat(config.port("a").orElseThrow().device())
                .isEqualTo(new DeviceConfig.Udp(new Endpoint("192.0.2.1", 47_900), new Endpoint("192.0.2.2", 47_900)));
        assertThat(config.port("b").orElseThrow().isStackLink()).isTrue();
        assertThat(config.port("b").orElseThrow().device().type()).isEqualTo("udp");
        assertThat(FabricYaml.parse(FabricYaml.write(config)).orElseThrow()).isEqualTo(config);
    }

    @Test
    void shouldRefuseWhatIsNoStackLinkOrUsesOneSocketTwice() {
        assertThat(faults("  a: {type: udp, local: '10.0.0.1:4', remote: '10.0.0.2:4', access: 10}\n"))
                .contains("role").contains("missing; expected stack");
        String link = "type: udp, local: '10.0.0.1:4', remote: '10.0.0.2:4', role: stack}\n";
        assertThat(faults("  a: {" + link + "  b: {" + link)).contains("UDP port 10.0.0.1:4");
        assertThat(faults("  a: {" + link + "  b: {member: 2, " + link)).as("another member").isEqualTo("[]");
    }

    @Test
    void shouldBeNoLegs() {
        assertThat(faults("  a: {type: udp, local: '10.0.0.1:4', remote: '10.0.0.2:4'}\n"
                + "lags: {po1: {ports: [a], access: 10}}\n")).contains("a is of type udp, a stack link");
    }

    private static String faults(String ports) {
        return FabricYaml.parse(MEMBERS + ports).faults().toString();
    }
}
