package net.weft.vswitch.device.vhost;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The control of the Sleep tests: without the worker's fence wake-ups are lost, and these tests see it. */
@JCStressTest
@Outcome(id = {"true, false", "false, true", "true, true"}, expect = ACCEPTABLE, desc = "kicked, or seen")
@Outcome(id = "false, false", expect = ACCEPTABLE_INTERESTING, desc = "a lost wake-up, as expected of the mistake")
@State
public class SleepWithoutFenceStress {
    private final StressedRing ring = new StressedRing();

    public SleepWithoutFenceStress() {
        ring.kicksOff();
    }

    @Actor
    public void guest(ZZ_Result result) {
        ring.publish(1);
        VarHandle.fullFence();
        result.r1 = ring.wantsKick(false, 0, 1);
    }

    @Actor
    public void worker(ZZ_Result result) {
        result.r2 = ring.kicksOnWithoutFence();
    }
}
