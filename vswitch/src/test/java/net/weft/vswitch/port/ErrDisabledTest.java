package net.weft.vswitch.port;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.Guards;
import org.junit.jupiter.api.Test;

class ErrDisabledTest {
    private final ErrDisabled quarantine = new ErrDisabled();

    @Test
    void shouldStayShutUntilTheCauseWasNotSeenForTheWholeTime() {
        assertThat(quarantine.saw(PortReason.LOOP_DETECTED, "loop", 0, 100)).isTrue();
        assertThat(quarantine.saw(PortReason.LOOP_DETECTED, "loop", 60, 100)).as("newly").isFalse();
        assertThat(quarantine.ends(100)).isFalse();
        assertThat(quarantine.cause()).isNotNull();
        assertThat(quarantine.flags()).isEqualTo(Guards.SHUT_LOOP);
        assertThat(quarantine.ends(160)).isTrue();
        assertThat(quarantine.cause()).isNull();
        assertThat(quarantine.ends(500)).as("twice").isFalse();
        assertThat(quarantine.flags()).isZero();
    }

    @Test
    void shouldKeepTheFirstCauseWhileItLasts() {
        quarantine.saw(PortReason.BPDU_GUARD, "bpdu", 0, 100);
        assertThat(quarantine.saw(PortReason.LOOP_DETECTED, "loop", 50, 100)).isFalse();
        assertThat(quarantine.flags()).isEqualTo(Guards.SHUT_BPDU);
        assertThat(quarantine.ends(100)).isTrue();
        assertThat(quarantine.saw(PortReason.LOOP_DETECTED, "loop", 100, 100)).isTrue();
    }
}
