package net.weft.vswitch.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoopProbeTest {
    private static final long NOW_NS = 5_000_000_000L;
    private final LoopProbe probe = new LoopProbe(new SecureRandom());

    @Test
    void shouldKnowItsOwnFreshProbesAndWhereTheyLeft() {
        assertThat(probe.origin(probe.frame(7, 4094, NOW_NS), NOW_NS + 1)).contains(new LoopProbe.Origin(7, 4094));
    }

    @Test
    void shouldNotKnowThoseOfAnotherSwitchOldOnesOrThoseFromTheFuture() {
        assertThat(new LoopProbe(new SecureRandom()).origin(probe.frame(7, 10, NOW_NS), NOW_NS)).isEmpty();
        assertThat(probe.origin(probe.frame(7, 10, NOW_NS), NOW_NS + 3_000_000_001L)).isEmpty();
        assertThat(probe.origin(probe.frame(7, 10, NOW_NS), NOW_NS - 1)).isEmpty();
    }

    @Test
    void shouldNotKnowAProbeThatIsCutOrHasAnyBitChanged() {
        byte[] frame = probe.frame(7, 10, NOW_NS);
        for (int bit = 14 * 8; bit < 58 * 8; bit++) {
            byte[] forged = frame.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(probe.origin(forged, NOW_NS)).as("bit %d", bit).isEmpty();
        }
        for (int bytes = 0; bytes < 58; bytes++) {
            assertThat(probe.origin(Arrays.copyOf(frame, bytes), NOW_NS)).as("%d bytes", bytes).isEmpty();
        }
    }
}
