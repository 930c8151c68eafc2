package net.weft.vswitch.export;

import java.util.List;
import java.util.function.Supplier;
import net.weft.vswitch.observe.SampledFrame;
import net.weft.vswitch.port.PortStatus;

/** The protocol-specific part of an export. One thread, except for {@link #flows} and {@link #evictedFlows}. */
interface Exporter {
    /**
     * One point in time on both clocks.
     *
     * @param ns monotonic time
     * @param epochMillis milliseconds since 1970
     */
    record Moment(long ns, long epochMillis) {
        /** Converts a monotonic time to milliseconds since 1970. */
        long epochMillis(long atNs) {
            return epochMillis - (ns - atNs) / 1_000_000;
        }
    }

    /**
     * The counters of the frame sampling.
     *
     * @param observed frames from which the samples were selected
     * @param lost samples lost because they were not dequeued in time
     */
    record Counts(long observed, long lost) {
    }

    /** Handles one sampled frame. The frame is valid only during the call. */
    void sampled(SampledFrame frame, Moment now);

    /** Does periodic work; called about once a second. */
    void tick(Moment now, Counts counts, Supplier<List<PortStatus>> ports);

    /** Exports what is left. No further call follows. */
    void finish(Moment now, Counts counts);

    /** Number of active flows. */
    int flows();

    /** Number of flows exported early because the flow table was full. */
    long evictedFlows();
}
