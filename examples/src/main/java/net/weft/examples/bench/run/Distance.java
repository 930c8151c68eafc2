package net.weft.examples.bench.run;

/**
 * How far apart two processors are, by the {@link CoreTrip} between them. Figures are compared only within one class.
 */
public enum Distance {
    /** They share a core or a core complex: some 100 to 300 cycles. */
    NEAR("near"),
    /** They are on different chiplets or sockets, or far apart on a mesh: some 400 to 1500 cycles. */
    FAR("far"),
    /** The trip changed during the window; such a window is dropped. */
    MIXED("mixed");

    /** Below this trip in cycles of the time stamp counter, processors are near. */
    public static final double NEAR_BELOW_CYCLES = 350;
    /** Trips that differ by this factor are not the same place on the chip. */
    private static final double SAME_WITHIN = 1.6;

    /** Its name in reports. */
    public final String label;

    Distance(String label) {
        this.label = label;
    }

    /** Returns the class of a window, from the trips before and after it in cycles of the time stamp counter. */
    public static Distance of(double cyclesBefore, double cyclesAfter) {
        double less = Math.min(cyclesBefore, cyclesAfter);
        double more = Math.max(cyclesBefore, cyclesAfter);
        if (more == Double.POSITIVE_INFINITY || more > SAME_WITHIN * less
                || less < NEAR_BELOW_CYCLES != more < NEAR_BELOW_CYCLES) {
            return MIXED;
        }
        return more < NEAR_BELOW_CYCLES ? NEAR : FAR;
    }
}
