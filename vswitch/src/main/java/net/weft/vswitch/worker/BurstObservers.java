package net.weft.vswitch.worker;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.trace.LiveTrace;

/**
 * The observers of one worker's bursts: live traces inspect a burst before it is forwarded, samplers observe it
 * afterwards. Worker thread only.
 */
final class BurstObservers {
    private LiveTrace[] live = {};
    private FrameSampler[] samplers = {};

    void follow(LiveTrace[] traces) {
        live = traces;
    }

    void sample(FrameSampler[] all) {
        samplers = all;
    }

    void before(Burst burst) {
        for (LiveTrace trace : live) {
            trace.inspect(burst);
        }
    }

    void after(Burst burst, Snapshot snapshot, long nowNs) {
        for (FrameSampler sampler : samplers) {
            sampler.observe(burst, snapshot, nowNs);
        }
    }
}
