package net.weft.vswitch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoopProbeTest {
    private static final long NOW_NS = 5_000_000_000L;
    private final LoopProbe probe = new LoopProbe(FabricKey.random());

    @Test
    void shouldKnowItsOwnFreshProbesAndWhereTheyLeft() {
        assertThat(probe.origin(probe.frame(7, 4094, 99, NOW_NS), NOW_NS + 1))
                .contains(new LoopProbe.Origin(7, 4094, 99));
    }

    @Test
    void shouldNotKnowThoseOfAnotherSwitchOldOnesOrThoseFromTheFuture() {
        assertThat(new LoopProbe(FabricKey.random()).origin(probe.frame(7, 10, 1, NOW_NS), NOW_NS)).isEmpty();
        assertThat(probe.origin(probe.frame(7, 10, 1, NOW_NS), NOW_NS + 3_000_000_001L)).isEmpty();
        assertThat(probe.origin(probe.frame(7, 10, 1, NOW_NS), NOW_NS - 1)).isEmpty();
    }

    /** A loop between two members of one fabric is seen by either. */
    @Test
    void shouldKnowTheProbesOfAnotherMemberOfItsFabric() {
        byte[] secret = new byte[FabricKey.BYTES];
        secret[3] = 7;
        LoopProbe one = new LoopProbe(new FabricKey(secret));
        LoopProbe other = new LoopProbe(new FabricKey(secret));
        assertThat(other.switchId()).isEqualTo(one.switchId()).isNotEqualTo(probe.switchId());
        assertThat(other.origin(one.frame(7, 10, 1, NOW_NS), NOW_NS)).contains(new LoopProbe.Origin(7, 10, 1));
    }

    @Test
    void shouldNotKnowAProbeThatIsCutOrHasAnyBitChanged() {
        byte[] frame = probe.frame(7, 10, 1, NOW_NS);
        for (int bit = 14 * 8; bit < 66 * 8; bit++) {
            byte[] forged = frame.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(probe.origin(forged, NOW_NS)).as("bit %d", bit).isEmpty();
        }
        for (int bytes = 0; bytes < 66; bytes++) {
            assertThat(probe.origin(Arrays.copyOf(frame, bytes), NOW_NS)).as("%d bytes", bytes).isEmpty();
        }
    }
}
