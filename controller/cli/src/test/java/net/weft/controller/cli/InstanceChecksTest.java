package net.weft.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.v1.Drop;
import org.junit.jupiter.api.Test;

class InstanceChecksTest {
    private static Drop.Builder badOffload() {
        return Drop.newBuilder().setPort("lab").setReason("bad-offload").setPackets(3);
    }

    @Test
    void shouldSayWhatEndsBadOffloads() {
        assertThat(InstanceChecks.drop(badOffload().setIngress(3).build()).orElseThrow().line())
                .matches("warn +port lab +3 frames .*ethtool -K TUNNEL tx off");
    }

    @Test
    void shouldSayNothingOfOtherDrops() {
        assertThat(InstanceChecks.drop(badOffload().setIngress(3).setReason("not-member").build())).isEmpty();
        assertThat(InstanceChecks.drop(badOffload().setEgress(3).build())).isEmpty();
    }
}
