package net.weft.vswitch.port;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vswitch.burst.PortReason;
import org.junit.jupiter.api.Test;

class ErrDisabledTest {
    private final ErrDisabled port = new ErrDisabled();

    @Test
    void shouldStayShutUntilTheCauseWasNotSeenForTheWholeTime() {
        assertThat(port.saw(PortReason.LOOP_DETECTED, "loop", 0, 100)).isTrue();
        assertThat(port.saw(PortReason.LOOP_DETECTED, "loop", 60, 100)).as("newly").isFalse();
        assertThat(port.ends(100)).isFalse();
        assertThat(port.cause()).isNotNull();
        assertThat(port.flags()).isEqualTo(PortFlags.SHUT_LOOP);
        assertThat(port.ends(160)).isTrue();
        assertThat(port.cause()).isNull();
        assertThat(port.ends(500)).as("twice").isFalse();
        assertThat(port.flags()).isZero();
    }

    @Test
    void shouldKeepTheFirstCauseWhileItLasts() {
        port.saw(PortReason.BPDU_GUARD, "bpdu", 0, 100);
        assertThat(port.saw(PortReason.LOOP_DETECTED, "loop", 50, 100)).isFalse();
        assertThat(port.flags()).isEqualTo(PortFlags.SHUT_BPDU);
        assertThat(port.ends(100)).isTrue();
        assertThat(port.saw(PortReason.LOOP_DETECTED, "loop", 100, 100)).isTrue();
    }
}
