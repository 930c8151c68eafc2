package net.weft.vswitch.zoning;

import net.weft.zone.track.ConnTracker;

/**
 * Paces the sweep of the connection table by the worker that removes expired connections: the whole table once every
 * {@value #ROUND_NS} ns. One thread.
 */
final class Ageing {
    private static final long ROUND_NS = 8_000_000_000L;
    private static final int SLOTS_A_TURN = 1024;
    /**
     * The idle time of a worker, nanoseconds, after which a turn may sweep more slots: an idle worker has few turns and
     * time to spare.
     */
    private static final long IDLE_NS = 100_000_000L;
    private static final int IDLE_SLOTS_A_TURN = 8192;

    private long agedNs = System.nanoTime();

    /** Sweeps the slots that are due. @param capacity slots of the table */
    void turn(ConnTracker tracker, int capacity, long monotonicNs) {
        long silentNs = monotonicNs - agedNs;
        long slots = Math.min(silentNs < IDLE_NS ? SLOTS_A_TURN : IDLE_SLOTS_A_TURN,
                Math.min(silentNs, ROUND_NS) * capacity / ROUND_NS);
        if (slots > 0) {
            agedNs = monotonicNs;
            tracker.now(monotonicNs);
            tracker.sweep((int) slots);
        }
    }
}
