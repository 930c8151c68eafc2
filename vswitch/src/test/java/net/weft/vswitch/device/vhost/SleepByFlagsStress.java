package net.weft.vswitch.device.vhost;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A guest publishes while the worker arms its queue, by flags: the guest kicks, or the worker sees the chain, or both. */
@JCStressTest
@Outcome(id = {"true, false", "false, true", "true, true"}, expect = ACCEPTABLE, desc = "kicked, or seen")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "a lost wake-up")
@State
public class SleepByFlagsStress {
    private final StressedRing ring = new StressedRing();
    private final Virtqueue queue = VhostUserDevice.queue(StressedRing.DEVICE, ring.setup(VirtioNet.VERSION_1), false);

    public SleepByFlagsStress() {
        ring.offerBuffer(0, 0);
    }

    @Actor
    public void guest(ZZ_Result result) {
        ring.publish(1);
        VarHandle.fullFence();
        result.r1 = ring.wantsKick(false, 0, 1);
    }

    @Actor
    public void worker(ZZ_Result result) {
        result.r2 = queue.kicksOn();
    }
}
