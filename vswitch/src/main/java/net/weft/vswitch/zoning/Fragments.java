package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import net.weft.packet.HeaderParser;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.fragment.FragmentTracker;
import org.jspecify.annotations.Nullable;

/**
 * Handles the fragments of one worker. The first fragment of a datagram is evaluated as a packet, and later fragments
 * get its verdict; a fragment that arrives before the first is held, and recirculated once that has arrived.
 */
final class Fragments implements AutoCloseable {
    /** Returned instead of a {@link ZoneVerdict}: the fragment is held and will be recirculated. */
    static final int HELD = -1;

    private final FragmentTracker tracker;
    private final @Nullable FragmentHold hold;
    private final @Nullable Burst released;
    /** Set while released frames are recirculated. */
    private boolean recirculating;
    private long nowNs;

    /** @param observing true to remember and hold nothing, for a trace */
    Fragments(FragmentTable table, boolean observing) {
        tracker = new FragmentTracker(table);
        hold = observing ? null : new FragmentHold(table);
        released = observing ? null : new Burst();
    }

    void now(long monotonicNs) {
        nowNs = monotonicNs;
        tracker.now(monotonicNs);
    }

    static boolean isLater(long headers) {
        return HeaderParser.isFragment(headers) && !HeaderParser.isFirstFragment(headers);
    }

    /** Enables or disables holding, and discards held frames of removed ports. */
    void adopt(boolean holding, IntPredicate exists) {
        if (hold != null) {
            hold.adopt(holding, exists);
        }
    }

    /**
     * Returns released frames, to be recirculated now, or null if there are none. They stay valid until the next turn.
     */
    @Nullable
    Burst released(long monotonicNs) {
        if (hold == null || released == null || hold.isEmpty()) {
            recirculating = false;
            return null;
        }
        now(monotonicNs);
        released.clear();
        recirculating = hold.release(tracker, released, monotonicNs) > 0;
        return recirculating ? released : null;
    }

    /** Returns whether frames are held; then {@link #released} must be called every few milliseconds. */
    boolean isHolding() {
        return hold != null && !hold.isEmpty();
    }

    /** Records that the frames of {@link #released} have been forwarded. */
    void forwarded() {
        recirculating = false;
    }

    /** Returns the policy decision for the first fragment of the last evaluated fragment's datagram. */
    int decision() {
        return tracker.decision();
    }

    /**
     * Evaluates a fragment.
     *
     * @param copy true for the copy of a flooded frame for one zone
     * @param verdict the verdict on a first fragment by itself
     * @param decided policy decision for a first fragment
     * @return a {@link ZoneVerdict} or {@link #HELD}
     */
    int evaluate(Burst burst, int i, long headers, int vlan, int from, int to, boolean copy, int verdict, int decided) {
        if (copy) {
            return copy(burst, i, headers, vlan, from, to, verdict, decided);
        }
        return isLater(headers)
                ? later(burst, i, headers, vlan, from, to)
                : first(burst, i, headers, vlan, from, to, verdict, decided);
    }

    /**
     * Records an evaluated first fragment; returns its verdict, or {@link ZoneVerdict#FRAGMENT} if it conflicts with
     * others.
     */
    int first(Burst burst, int i, long headers, int vlan, int from, int to, int verdict, int decided) {
        MemorySegment heads = burst.heads();
        return hold == null
                ? verdict
                : tracker.first(heads, burst.headOffset(i), headers, vlan, from, to, burst.port[i], verdict, decided);
    }

    /** Returns the verdict of a later fragment's first fragment, or {@link #HELD}. */
    int later(Burst burst, int i, long headers, int vlan, int from, int to) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        boolean fresh = !recirculating && hold != null;
        int verdict = fresh
                ? tracker.later(heads, frame, headers, vlan, from, to, burst.port[i])
                : tracker.recall(heads, frame, headers, vlan, from, to, burst.port[i]);
        if (verdict != FragmentTracker.HOLD) {
            return verdict;
        }
        return fresh && hold != null && hold.hold(burst, i, headers, vlan, from, to, nowNs)
                ? HELD
                : ZoneVerdict.FRAGMENT;
    }

    /** Evaluates the copy of a flooded fragment for one zone. */
    private int copy(Burst burst, int i, long headers, int vlan, int from, int to, int verdict, int decided) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        if (isLater(headers)) {
            int recalled = hold == null
                    ? tracker.recall(heads, frame, headers, vlan, from, to, burst.port[i])
                    : tracker.follow(heads, frame, headers, vlan, from, to, burst.port[i]);
            return recalled == FragmentTracker.HOLD ? ZoneVerdict.FRAGMENT : recalled;
        }
        if (hold != null) {
            tracker.remember(heads, frame, headers, vlan, from, to, burst.port[i], verdict, decided);
        }
        return verdict;
    }

    @Override
    public void close() {
        if (hold != null) {
            hold.close();
        }
        if (released != null) {
            released.close();
        }
    }
}
