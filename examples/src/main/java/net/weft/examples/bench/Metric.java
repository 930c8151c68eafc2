package net.weft.examples.bench;

import java.util.Arrays;
import java.util.List;
import net.weft.examples.bench.run.Quantity;
import net.weft.examples.bench.run.Results;

/** The measured quantities of a switch between two cables, in the order of the report. */
enum Metric {
    TCP_RATE("TCP, one flow", "Gb/s", 2, true), //
    TCP_MACHINE_COST("TCP, CPU of the whole machine", "s/GB", 3, false), //
    TCP_SWITCH_COST("TCP, CPU of the switch process", "s/GB", 3, false), //
    FRAME_RATE("60-byte frames delivered", "kpps", 1, true), //
    FRAME_OFFER(new Quantity("60-byte frames offered", "kpps", 1, true, false)), //
    FRAME_COST("60-byte frames, CPU of the switch process", "ns/frame", 0, false), //
    SLOW_P50("round trip at " + LatencyMeasure.SLOW_RATE + "/s, median", "µs", 1, false), //
    SLOW_P90("round trip at " + LatencyMeasure.SLOW_RATE + "/s, 90 %", "µs", 1, false), //
    SLOW_P99("round trip at " + LatencyMeasure.SLOW_RATE + "/s, 99 %", "µs", 1, false), //
    PACED_P50("round trip at " + LatencyMeasure.PACED_RATE + "/s, median", "µs", 1, false), //
    PACED_P90("round trip at " + LatencyMeasure.PACED_RATE + "/s, 90 %", "µs", 1, false), //
    PACED_P99("round trip at " + LatencyMeasure.PACED_RATE + "/s, 99 %", "µs", 1, false), //
    BACKGROUND(Results.BACKGROUND);

    final Quantity quantity;

    Metric(String title, String unit, int decimals, boolean moreIsBetter) {
        this(new Quantity(title, unit, decimals, moreIsBetter, true));
    }

    Metric(Quantity quantity) {
        this.quantity = quantity;
    }

    static List<Quantity> quantities() {
        return Arrays.stream(values()).map(metric -> metric.quantity).toList();
    }
}
