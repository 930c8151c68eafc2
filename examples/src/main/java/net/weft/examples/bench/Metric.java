package net.weft.examples.bench;

/** One number that is measured once a round for each switch. */
enum Metric {
    TCP_RATE("TCP, one flow", "Gb/s", 2, true), TCP_MACHINE_COST("TCP, CPU of the whole machine", "s/GB", 3,
            false), TCP_SWITCH_COST("TCP, CPU of the switch process", "s/GB", 3, false), FRAME_RATE(
                    "60-byte frames delivered", "kpps", 1,
                    true), FRAME_OFFER("60-byte frames offered", "kpps", 1, true), FRAME_COST(
                            "60-byte frames, CPU of the switch process", "ns/frame", 0,
                            false), SLOW_P50("round trip at " + LatencyMeasure.SLOW_RATE + "/s, median", "µs", 1,
                                    false), SLOW_P90("round trip at " + LatencyMeasure.SLOW_RATE + "/s, 90 %", "µs", 1,
                                            false), SLOW_P99("round trip at " + LatencyMeasure.SLOW_RATE + "/s, 99 %",
                                                    "µs", 1, false), PACED_P50(
                                                            "round trip at " + LatencyMeasure.PACED_RATE + "/s, median",
                                                            "µs", 1, false), PACED_P90(
                                                                    "round trip at " + LatencyMeasure.PACED_RATE
                                                                            + "/s, 90 %",
                                                                    "µs", 1, false), PACED_P99(
                                                                            "round trip at " + LatencyMeasure.PACED_RATE
                                                                                    + "/s, 99 %",
                                                                            "µs", 1, false), BACKGROUND(
                                                                                    "CPU used by others just before",
                                                                                    "%", 0, false);

    final String title;
    final String unit;
    final int decimals;
    final boolean moreIsBetter;

    Metric(String title, String unit, int decimals, boolean moreIsBetter) {
        this.title = title;
        this.unit = unit;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
    }

    /** Whether it says something about the switch; else about the conditions it was measured under. */
    boolean isResult() {
        return this != BACKGROUND && this != FRAME_OFFER;
    }
}
