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
 * Fragments on their way through one worker. The first of a datagram is judged as a packet, and later ones get what was said of it; those that
 * come before it are held, and forwarded again once it has come.
 */
final class Fragments implements AutoCloseable {
    /** Instead of a {@link ZoneVerdict}: it is kept, and comes again. */
    static final int HELD = -1;

    private final FragmentTracker tracker;
    private final @Nullable FragmentHold hold;
    private final @Nullable Burst released;
    /** Whether what is forwarded now has been held. */
    private boolean again;
    private long nowNs;

    /** @param observing true: nothing is remembered or held, for a trace */
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

    /** Whether frames are held from now on, or let go; those of ports that are gone are forgotten. */
    void adopt(boolean holding, IntPredicate exists) {
        if (hold != null) {
            hold.adopt(holding, exists);
        }
    }

    /** Frames that were held and may be forwarded, or dropped, now; null for none. They stay in place until the next turn. */
    @Nullable
    Burst released(long monotonicNs) {
        if (hold == null || released == null || hold.isEmpty()) {
            again = false;
            return null;
        }
        now(monotonicNs);
        released.clear();
        again = hold.release(tracker, released, monotonicNs) > 0;
        return again ? released : null;
    }

    /** Whether frames wait, for which {@link #released} is to be asked every few milliseconds. */
    boolean isHolding() {
        return hold != null && !hold.isEmpty();
    }

    /** The frames of {@link #released} have been forwarded. */
    void forwarded() {
        again = false;
    }

    /** What was said of the first of the fragment asked of last. */
    int decision() {
        return tracker.decision();
    }

    /**
     * What becomes of a fragment.
     *
     * @param copy of a flooded frame, for one zone
     * @param verdict on the first fragment, by itself
     * @param said ruling on the first fragment
     * @return a {@link ZoneVerdict} or {@link #HELD}
     */
    int evaluate(Burst burst, int i, long headers, int vlan, int from, int to, boolean copy, int verdict, int said) {
        if (copy) {
            return copy(burst, i, headers, vlan, from, to, verdict, said);
        }
        return isLater(headers)
                ? later(burst, i, headers, vlan, from, to)
                : first(burst, i, headers, vlan, from, to, verdict, said);
    }

    /** A first fragment, judged. The verdict, or that it may not pass. */
    int first(Burst burst, int i, long headers, int vlan, int from, int to, int verdict, int said) {
        MemorySegment heads = burst.heads();
        return hold == null
                ? verdict
                : tracker.first(heads, burst.headOffset(i), headers, vlan, from, to, burst.port[i], verdict, said);
    }

    /** A later fragment: the verdict on its first, or {@link #HELD}. */
    int later(Burst burst, int i, long headers, int vlan, int from, int to) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        boolean fresh = !again && hold != null;
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

    /** The copy of a flooded fragment for one zone. */
    private int copy(Burst burst, int i, long headers, int vlan, int from, int to, int verdict, int said) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        if (isLater(headers)) {
            int recalled = hold == null
                    ? tracker.recall(heads, frame, headers, vlan, from, to, burst.port[i])
                    : tracker.follow(heads, frame, headers, vlan, from, to, burst.port[i]);
            return recalled == FragmentTracker.HOLD ? ZoneVerdict.FRAGMENT : recalled;
        }
        if (hold != null) {
            tracker.remember(heads, frame, headers, vlan, from, to, burst.port[i], verdict, said);
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
