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
 * Moves the buckets of one LAG between its legs, in the switch.
 * <ul>
 * <li>A leg that stops is taken out of the link state first, and its buckets follow. While it still has a link, because it
 * is drained or the partner wishes so, their frames are held back for {@link BucketMoves#LONGEST_HOLD_NS}, so that none
 * overtakes those that the leg has already taken.
 * <li>A leg that starts gets the buckets that have no leg before it is put into the link state. The others move {@value
 * #SETTLE_NS} ns later, as {@link BucketMoves} allows: Open vSwitch says that it collects before its datapath does.
 * </ul>
 * Protocols' thread.
 */
final class BucketMover implements BucketOutput {
    /** Sends a Marker by a leg. */
    interface MarkerOutput {
        void send(int leg, int transaction);
    }

    static final long SETTLE_NS = 250_000_000L;

    private final BucketMoves moves = new BucketMoves(this);
    /** When each slot of the table gets buckets that have another leg; only for the slots of {@link #settling}. */
    private final long[] settledNs = new long[LegTable.MAX_SLOTS];
    /** Until when the frames of each bucket are held back because its leg has stopped. */
    private final long[] quietUntilNs = new long[LegBuckets.BUCKETS];
    private final boolean[] quiet = new boolean[LegBuckets.BUCKETS];
    private int settling;
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
        int stillSettling = 0;
        for (int number : numbers) {
            LegSelection.Leg leg = legs.get(number);
            int slot = next.slotOf(number);
            if (leg != null) {
                changed |= table.slotOf(number) != slot || switchSlot[slot] != leg.slot();
                switchSlot[slot] = leg.slot();
                boolean was = !otherPort && table.slotOf(number) == slot && ((live | settling) >>> slot & 1) != 0;
                boolean isSettling = (settling >>> slot & 1) != 0;
                stillLive |= was && !isSettling ? 1 << slot : 0;
                stillSettling |= was && isSettling ? 1 << slot : 0;
            }
        }
        for (int slot = 0; slot < LegTable.MAX_SLOTS; slot++) {
            changed |= table.leg(slot) != next.leg(slot);
        }
        if (changed) {
            table = next;
            live = stillLive != 0 ? stillLive : stillSettling;
            settling = stillLive != 0 ? stillSettling : 0;
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
        int bit = 1 << slot;
        lastNs = nowNs;
        live &= ~bit;
        settling &= ~bit;
        if (!on && live == 0) {
            live = settling;
            settling = 0;
        }
        if (!on) {
            quieten(now, slot, nowNs);
            now.distributing(switchSlot[slot], false);
            moves.change(table, live, nowNs);
        } else if (live == 0) {
            live = bit;
            moves.change(table, live, nowNs);
            now.distributing(switchSlot[slot], true);
        } else {
            settling |= bit;
            settledNs[slot] = nowNs + SETTLE_NS;
            now.distributing(switchSlot[slot], true);
        }
        showHolds();
    }

    /** Holds back the frames of the buckets of a leg that stops although it has a link. */
    private void quieten(LegSelection now, int slot, long nowNs) {
        boolean hasLink = now.legs().stream().anyMatch(leg -> leg.slot() == switchSlot[slot] && leg.hasLink());
        for (int bucket = 0; hasLink && bucket < LegBuckets.BUCKETS; bucket++) {
            if (moves.slot(bucket) == slot) {
                quiet[bucket] = true;
                quietUntilNs[bucket] = nowNs + BucketMoves.LONGEST_HOLD_NS;
            }
        }
        showHolds();
    }

    /** Gives buckets to legs that have been in use for long enough. */
    private void settle(long nowNs) {
        int before = live;
        for (int slot = 0; slot < LegTable.MAX_SLOTS; slot++) {
            if ((settling >>> slot & 1) != 0 && nowNs - settledNs[slot] >= 0) {
                live |= 1 << slot;
                settling &= ~(1 << slot);
            }
        }
        if (live != before) {
            moves.change(table, live, nowNs);
        }
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
            settle(nowNs);
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
            quiet[bucket] &= quietUntilNs[bucket] - lastNs > 0;
            boolean hold = quiet[bucket] || moves.holding(bucket, lastNs);
            holding |= hold;
            if (hold != now.buckets().isHeld(bucket) && (!hold || !shown[bucket])) {
                now.buckets().hold(bucket, hold);
            }
            shown[bucket] = hold;
        }
    }

    boolean isWaiting() {
        return moves.waiting() > 0 || holding || settling != 0;
    }

    int waiting() {
        return moves.waiting() + (settling == 0 ? 0 : 1);
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
