package net.weft.lacp.distribution;

import java.util.Arrays;

/**
 * Decides when buckets move between the legs of one LAG.
 * <p>
 * A bucket whose leg has failed moves at once. A bucket that could go to a better leg, because one has come back or was added, must not
 * overtake its own frames: it moves when it has carried nothing for 5 ms, else when the partner has answered a Marker that was sent on
 * the old leg after the move was wanted, else after 1 s.
 * <p>
 * A bucket in steady use goes on sending on the old leg between the Marker and its answer. A switch that wants no reordering even then holds
 * the bucket's frames back while {@link #holding} says so.
 * <p>
 * Pure: one thread, and the clock is the caller's.
 */
public final class BucketMoves {
    public static final long IDLE_NS = 5_000_000;
    public static final long LONGEST_WAIT_NS = 1_000_000_000;
    /** Frames of a bucket are held back for at most so long. */
    public static final long LONGEST_HOLD_NS = 5_000_000;

    private static final int NO_MARKER = 0;

    private final BucketOutput output;
    private final int[] current = new int[LegTable.BUCKETS];
    private final boolean[] waiting = new boolean[LegTable.BUCKETS];
    private final long[] waitingSinceNs = new long[LegTable.BUCKETS];
    /** The Marker whose answer lets a bucket move. */
    private final int[] markerOf = new int[LegTable.BUCKETS];
    private final int[] outstanding = new int[LegTable.MAX_SLOTS];
    private final long[] markerSentNs = new long[LegTable.MAX_SLOTS];
    private LegTable table = LegTable.empty();
    private int live;
    private int transactions;

    public BucketMoves(BucketOutput output) {
        this.output = output;
        Arrays.fill(current, LegTable.NONE);
    }

    /** The slot that a bucket's frames leave by now, or {@link LegTable#NONE}. */
    public int slot(int bucket) {
        return current[bucket];
    }

    /** The number of buckets that wait for a move. */
    public int waiting() {
        int count = 0;
        for (boolean one : waiting) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /**
     * Other legs, or other legs that distribute.
     *
     * @param liveSlots one bit for each slot of {@code newTable} that distributes
     */
    public void change(LegTable newTable, int liveSlots, long nowNs) {
        int gone = 0;
        for (int slot = 0; slot < LegTable.MAX_SLOTS; slot++) {
            boolean changedHands = newTable.leg(slot) != table.leg(slot);
            boolean failed = (liveSlots & 1 << slot) == 0;
            if (changedHands || failed) {
                gone |= 1 << slot;
                outstanding[slot] = NO_MARKER;
            }
        }
        table = newTable;
        live = liveSlots;
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            boolean homeless = current[bucket] == LegTable.NONE || (gone & 1 << current[bucket]) != 0;
            int target = table.slot(bucket, live);
            if (homeless) {
                move(bucket, target);
            } else if (target == current[bucket]) {
                waiting[bucket] = false;
            } else if (!waiting[bucket]) {
                waiting[bucket] = true;
                waitingSinceNs[bucket] = nowNs;
                markerOf[bucket] = NO_MARKER;
            }
        }
    }

    /** Moves the buckets whose time has come. Call every few milliseconds while {@link #waiting} is not 0. */
    public void poll(BucketActivity activity, long nowNs) {
        int wanted = 0;
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            if (!waiting[bucket]) {
                continue;
            }
            boolean idle = nowNs - activity.lastUsedNs(bucket) >= IDLE_NS;
            if (idle || nowNs - waitingSinceNs[bucket] >= LONGEST_WAIT_NS) {
                move(bucket, table.slot(bucket, live));
            } else if (markerOf[bucket] == NO_MARKER) {
                wanted |= 1 << current[bucket];
            }
        }
        for (int slot = 0; slot < LegTable.MAX_SLOTS; slot++) {
            if ((wanted & 1 << slot) != 0) {
                sendMarker(slot, nowNs);
            }
        }
    }

    /** The partner has answered a Marker. Answers to other transactions than the last are ignored. */
    public void markerAnswered(int slot, int transaction) {
        if (transaction == NO_MARKER || outstanding[slot] != transaction) {
            return;
        }
        outstanding[slot] = NO_MARKER;
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            if (waiting[bucket] && current[bucket] == slot && markerOf[bucket] == transaction) {
                move(bucket, table.slot(bucket, live));
            }
        }
    }

    /** Whether a Marker for the bucket is on its way, and its frames would have to wait for the answer not to overtake others. */
    public boolean holding(int bucket, long nowNs) {
        int slot = current[bucket];
        return waiting[bucket] && markerOf[bucket] != NO_MARKER && outstanding[slot] == markerOf[bucket]
                && nowNs - markerSentNs[slot] < LONGEST_HOLD_NS;
    }

    private void sendMarker(int slot, long nowNs) {
        boolean pending = outstanding[slot] != NO_MARKER && nowNs - markerSentNs[slot] < LONGEST_HOLD_NS;
        if (pending) {
            return;
        }
        transactions = transactions == Integer.MAX_VALUE ? 1 : transactions + 1;
        outstanding[slot] = transactions;
        markerSentNs[slot] = nowNs;
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            if (waiting[bucket] && current[bucket] == slot) {
                markerOf[bucket] = transactions;
            }
        }
        output.marker(slot, transactions);
    }

    private void move(int bucket, int slot) {
        waiting[bucket] = false;
        markerOf[bucket] = NO_MARKER;
        if (current[bucket] != slot) {
            current[bucket] = slot;
            output.moved(bucket, slot);
        }
    }
}
