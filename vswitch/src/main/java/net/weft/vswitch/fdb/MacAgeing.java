package net.weft.vswitch.fdb;

/**
 * Ages a MAC table in the duty cycle of one worker: the whole table in 8 s, a 32nd part every quarter of a second, so
 * that no turn of the worker takes long.
 */
public final class MacAgeing {
    private static final long PART_NS = 250_000_000;
    private static final int PART_PLACES = MacTable.CAPACITY / 32;
    /** Maximum number of parts that are checked at once to catch up after the worker slept. */
    private static final int PARTS_AT_ONCE = 4;

    private final MacTable macs;
    private long partsDone;

    public MacAgeing(MacTable macs) {
        this.macs = macs;
    }

    /**
     * Removes the expired entries of the part that is due, if any.
     * @param nowNs time by the monotonic clock in nanoseconds
     */
    public void turn(long nowNs) {
        long parts = nowNs / PART_NS;
        if (parts != partsDone) {
            int due = (int) Math.min(parts - partsDone, PARTS_AT_ONCE);
            partsDone = parts;
            macs.age((int) (nowNs / 1_000_000_000L), due * PART_PLACES);
        }
    }
}
