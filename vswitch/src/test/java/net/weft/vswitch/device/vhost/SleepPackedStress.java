package net.weft.vswitch.device.vhost;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A guest publishes while the worker arms its queue, in a packed ring by event index: the guest kicks, or the worker sees the chain, or both. */
@JCStressTest
@Outcome(id = {"true, false", "false, true", "true, true"}, expect = ACCEPTABLE, desc = "kicked, or seen")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "a lost wake-up")
@State
public class SleepPackedStress {
    private final StressedRing ring = new StressedRing();
    private final Virtqueue queue = VhostUserDevice.queue(StressedRing.DEVICE,
            ring.setup(VirtioNet.VERSION_1 | VirtioNet.RING_PACKED | VirtioNet.EVENT_IDX), false);

    public SleepPackedStress() {
        ring.offerBuffer(0, 0);
    }

    @Actor
    public void guest(ZZ_Result result) {
        ring.publishPacked();
        VarHandle.fullFence();
        result.r1 = ring.wantsKickPacked();
    }

    @Actor
    public void worker(ZZ_Result result) {
        result.r2 = queue.kicksOn();
    }
}
