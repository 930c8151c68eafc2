package net.weft.vswitch.trace;

import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/**
 * A packet leaves by the ports that its trace names, every time; {@link JudgeMutantsProof} holds that this would fail if
 * one of the rules were broken.
 */
class TraceBesideWireTest {
    @Test
    void shouldLeaveByThePortsThatTheTraceNames() {
        new TraceBesideWire(Seed.of(TraceBesideWireTest.class)).run();
    }
}
