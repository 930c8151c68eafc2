package net.weft.vswitch.fdb;

/** Looks through a MAC table in 8 s, a 32nd part every quarter of a second, so that no turn of a worker takes long. One worker. */
public final class MacAgeing {
    private static final long PART_NS = 250_000_000;
    private static final int PART_PLACES = MacTable.CAPACITY / 32;
    /** After a sleep, what was left out is made up for so far. */
    private static final int PARTS_AT_ONCE = 4;

    private final MacTable macs;
    private long partsDone;

    public MacAgeing(MacTable macs) {
        this.macs = macs;
    }

    /**
     * Removes what has been silent too long in the part that is due, if one is.
     *
     * @param nowNs monotonic clock
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
