package net.weft.vswitch.export;

import java.util.List;
import java.util.function.Supplier;
import net.weft.vswitch.observe.SampledFrame;
import net.weft.vswitch.port.PortStatus;

/** One protocol's part of an export. One thread, but for the counts. */
interface Exporter {
    /**
     * One moment on both clocks.
     *
     * @param ns monotonic
     * @param epochMillis since 1970
     */
    record Moment(long ns, long epochMillis) {
        /** A monotonic time as milliseconds since 1970. */
        long epochMillis(long atNs) {
            return epochMillis - (ns - atNs) / 1_000_000;
        }
    }

    /**
     * What the sampling has counted.
     *
     * @param observed frames the samples were chosen from
     * @param lost samples that nobody took in time
     */
    record Counts(long observed, long lost) {
    }

    /** A frame was sampled. The view is not to be kept. */
    void sampled(SampledFrame frame, Moment now);

    /** About a second has passed. */
    void tick(Moment now, Counts counts, Supplier<List<PortStatus>> ports);

    /** The last that is heard: tells what is left. */
    void finish(Moment now, Counts counts);

    /** Flows under way. */
    int flows();

    /** Flows told of early because there were too many. */
    long evictedFlows();
}
