package net.weft.stacking.lag;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import net.weft.lacp.distribution.BucketMoves;
import net.weft.lacp.distribution.BucketOutput;
import net.weft.lacp.distribution.LegTable;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.forward.LegBuckets;
import org.jspecify.annotations.Nullable;

/**
 * Moves the buckets of one LAG between its legs, in the switch. A leg that stops is taken out of the link state first,
 * and its buckets follow; a leg that starts gets the buckets that have no leg before it is put into the link state, and
 * the others as {@link BucketMoves} allows. Protocols' thread.
 */
final class BucketMover implements BucketOutput {
    /** Sends a Marker by a leg. */
    interface MarkerOutput {
        void send(int leg, int transaction);
    }

    private final BucketMoves moves = new BucketMoves(this);
    /** The slot in the switch of each slot of the table. */
    private final int[] switchSlot = new int[LegTable.MAX_SLOTS];
    private LegTable table = LegTable.empty();
    private int live;
    private long lastNs;
    private boolean holding;
    /** The buckets that the switch was told to hold; it may have ended a hold itself, for lack of room. */
    private final boolean[] shown = new boolean[LegBuckets.BUCKETS];
    private @Nullable LegSelection selection;
    private MarkerOutput markers = (_, _) -> {
    };

    /**
     * Takes over the legs of the port.
     *
     * @param now null while the switch has no port for the LAG
     * @param legs by LACP port number
     */
    void legs(@Nullable LegSelection now, Map<Integer, LegSelection.Leg> legs, MarkerOutput output, long nowNs) {
        markers = output;
        boolean otherPort = now != selection;
        selection = now;
        int[] numbers = legs.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        LegTable next = (otherPort ? LegTable.empty() : table).with(numbers);
        boolean changed = otherPort;
        int stillLive = 0;
        for (int number : numbers) {
            LegSelection.Leg leg = legs.get(number);
            int slot = next.slotOf(number);
            if (leg != null) {
                changed |= table.slotOf(number) != slot || switchSlot[slot] != leg.slot();
                switchSlot[slot] = leg.slot();
                boolean was = !otherPort && table.slotOf(number) == slot && (live >>> slot & 1) != 0;
                stillLive |= was ? 1 << slot : 0;
            }
        }
        for (int slot = 0; slot < LegTable.MAX_SLOTS; slot++) {
            changed |= table.leg(slot) != next.leg(slot);
        }
        if (changed) {
            table = next;
            live = stillLive;
            prefer(numbers.length);
            moves.change(table, live, nowNs);
            showHolds();
        }
    }

    /** Publishes which slots of the switch each bucket falls back to. */
    private void prefer(int count) {
        LegSelection now = selection;
        if (now == null) {
            return;
        }
        byte[] order = new byte[LegBuckets.BUCKETS * count];
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            int left = -1;
            for (int n = 0; n < count; n++) {
                int slot = table.slot(bucket, left);
                order[bucket * count + n] = (byte) switchSlot[slot];
                left &= ~(1 << slot);
            }
        }
        now.buckets().prefer(order);
    }

    /** Starts or stops sending users' frames by a leg. @param leg its LACP port number */
    void distributing(int leg, boolean on, long nowNs) {
        LegSelection now = selection;
        int slot = table.slotOf(leg);
        if (now == null || slot < 0) {
            return;
        }
        live = on ? live | 1 << slot : live & ~(1 << slot);
        if (on) {
            moves.change(table, live, nowNs);
            now.distributing(switchSlot[slot], true);
        } else {
            now.distributing(switchSlot[slot], false);
            moves.change(table, live, nowNs);
        }
        showHolds();
    }

    void markerAnswered(int leg, int transaction) {
        int slot = table.slotOf(leg);
        if (slot >= 0) {
            moves.markerAnswered(slot, transaction);
            showHolds();
        }
    }

    /** Moves the buckets whose time has come. */
    void poll(long nowNs) {
        LegSelection now = selection;
        if (now != null && (isWaiting() || holding)) {
            lastNs = nowNs;
            moves.poll(now.buckets()::lastUsedNs, nowNs);
            showHolds();
        }
    }

    /** Has the switch hold back the frames of buckets for which a Marker is on its way, and no others. */
    private void showHolds() {
        LegSelection now = selection;
        if (now == null) {
            return;
        }
        holding = false;
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            boolean hold = moves.holding(bucket, lastNs);
            holding |= hold;
            if (hold != now.buckets().isHeld(bucket) && (!hold || !shown[bucket])) {
                now.buckets().hold(bucket, hold);
            }
            shown[bucket] = hold;
        }
    }

    boolean isWaiting() {
        return moves.waiting() > 0 || holding;
    }

    int waiting() {
        return moves.waiting();
    }

    /** Returns how many buckets each leg carries, by LACP port number. */
    Map<Integer, Integer> shares() {
        int[] count = new int[LegTable.MAX_SLOTS];
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            int slot = moves.slot(bucket);
            if (slot != LegTable.NONE) {
                count[slot]++;
            }
        }
        Map<Integer, Integer> shares = new HashMap<>();
        for (int slot = 0; slot < count.length; slot++) {
            if (count[slot] > 0 && table.leg(slot) != 0) {
                shares.put(table.leg(slot), count[slot]);
            }
        }
        return shares;
    }

    @Override
    public void moved(int bucket, int slot) {
        LegSelection now = selection;
        if (now != null) {
            now.buckets().move(bucket, slot == LegTable.NONE ? LegBuckets.NONE : switchSlot[slot]);
        }
    }

    @Override
    public void marker(int slot, int transaction) {
        showHolds();
        markers.send(table.leg(slot), transaction);
    }

    @Override
    public String toString() {
        return "buckets on " + shares() + ", legs " + Arrays.toString(switchSlot);
    }
}
