package net.weft.zone.fragment;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.zone.PolicyDecision;
import net.weft.zone.ZoneVerdict;

/**
 * Gives later fragments the verdict of their first fragment. A first fragment is evaluated as a packet, then passed to
 * {@link #first} with the verdict, which is stored. A later fragment is passed to {@link #later} instead of being
 * evaluated: it gets the verdict of its first fragment, or is held until that arrives, and is then passed to {@link
 * #recall}.
 * <p>No byte of a datagram passes twice (RFC 5722, RFC 8200, 4.5; for IPv4 alike). A duplicate fragment is dropped by
 * itself; one that overlaps, contradicts the end or leaves more than 64 gaps poisons the datagram, of which nothing
 * more passes. A datagram is removed when it is complete, or {@link #LIFETIME_NS} after its first fragment arrived.
 * <p>A flooded frame goes to several zones: it is passed to {@link #first} or {@link #later} once, with {@link #FLOOD}
 * as its zone; then, for each destination zone, {@link #remember} stores the verdict on a first fragment, and {@link
 * #follow} returns it for a later one.
 * <p>Belongs to one worker; not thread-safe, except for the table. Nothing is allocated. Only for packets that {@link
 * HeaderParser} has parsed as valid fragments.
 */
public final class FragmentTracker {
    /** Returned instead of a {@link ZoneVerdict}: the first fragment has not arrived. */
    public static final int HOLD = -1;
    /** The zone number that stands for all destination zones of a flooded frame. */
    public static final int FLOOD = 4096;
    /** The lifetime of an incomplete datagram, nanoseconds, as in most receivers. */
    public static final long LIFETIME_NS = 30_000_000_000L;
    /** The hold time of a fragment, nanoseconds: the others arrive within milliseconds or never. */
    public static final long HOLD_NS = 2_000_000_000L;

    private final FragmentTable table;
    private final FragmentKey key = new FragmentKey();
    private long nowNs;
    private int sweeping;
    private int decision;

    public FragmentTracker(FragmentTable table) {
        this.table = table;
    }

    /** Sets the clock; before each burst. */
    public void now(long monotonicNs) {
        nowNs = monotonicNs;
    }

    /** Returns the {@link PolicyDecision} for the first fragment of the last evaluated fragment's datagram. */
    public int decision() {
        return decision;
    }

    /**
     * Stores the verdict on an evaluated first fragment.
     *
     * @param frame start of the frame's head in {@code heads}
     * @param parsed its {@link HeaderParser#parse} result
     * @param to zone of the output port, or {@link #FLOOD}
     * @param port ingress port, {@code 0..65535}
     * @param verdict {@link ZoneVerdict}, which later fragments will get
     * @param decided its {@link PolicyDecision}
     * @return the verdict, or {@link ZoneVerdict#FRAGMENT} when the fragment conflicts with earlier ones
     */
    public int first(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port, int verdict,
            int decided) {
        decision = decided;
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return ZoneVerdict.FRAGMENT;
        }
        int bucket = table.bucket(key);
        if (!claim(bucket)) {
            return ZoneVerdict.FRAGMENT;
        }
        try {
            return addFirst(bucket, verdict, decided);
        } finally {
            table.unclaim(bucket);
        }
    }

    private int addFirst(int bucket, int verdict, int decided) {
        int entry = table.find(bucket, key, nowNs);
        if (entry == FragmentTable.NONE) {
            entry = table.add(bucket, key, nowNs + LIFETIME_NS);
        } else if (table.isComplete(entry) && table.verdict(entry) >= 0) {
            table.clear(entry);
            table.expire(entry, nowNs + LIFETIME_NS);
        }
        if (entry == FragmentTable.NONE) {
            return verdict == ZoneVerdict.ALLOW ? ZoneVerdict.FRAGMENT : verdict;
        }
        int added = addPart(entry);
        if (added != Parts.ADDED) {
            return ZoneVerdict.FRAGMENT;
        }
        table.evaluated(entry, verdict, decided);
        finish(entry);
        return verdict;
    }

    /**
     * Evaluates a later fragment.
     *
     * @return the verdict of its first fragment, {@link ZoneVerdict#FRAGMENT} when it conflicts with earlier ones or
     * the table is full, or {@link #HOLD}
     */
    public int later(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port) {
        decision = PolicyDecision.withoutPolicy(false);
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return ZoneVerdict.FRAGMENT;
        }
        int bucket = table.bucket(key);
        if (!claim(bucket)) {
            return ZoneVerdict.FRAGMENT;
        }
        try {
            return addLater(bucket);
        } finally {
            table.unclaim(bucket);
        }
    }

    private int addLater(int bucket) {
        int entry = table.find(bucket, key, nowNs);
        if (entry == FragmentTable.NONE) {
            entry = table.add(bucket, key, nowNs + LIFETIME_NS);
        }
        if (entry == FragmentTable.NONE || addPart(entry) != Parts.ADDED) {
            return ZoneVerdict.FRAGMENT;
        }
        int verdict = table.verdict(entry);
        if (verdict == FragmentTable.NO_FIRST) {
            table.await(entry);
            return HOLD;
        }
        decision = table.decision(entry);
        finish(entry);
        return verdict;
    }

    /**
     * Evaluates a later fragment that was held, or the copy of a flooded one for a trace; adds nothing to the datagram.
     *
     * @return the verdict of its first fragment, {@link ZoneVerdict#FRAGMENT} when its datagram is poisoned, or {@link
     * #HOLD} when the first fragment has not arrived
     */
    public int recall(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port) {
        return recall(heads, frame, parsed, vlan, from, to, port, false);
    }

    /**
     * Evaluates the copy of a flooded later fragment for one zone, as {@link #recall} does; the entry is removed after
     * the burst in which all fragments have been evaluated.
     */
    public int follow(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port) {
        return recall(heads, frame, parsed, vlan, from, to, port, true);
    }

    private int recall(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port,
            boolean goes) {
        decision = PolicyDecision.withoutPolicy(false);
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return ZoneVerdict.FRAGMENT;
        }
        int bucket = table.bucket(key);
        if (!claim(bucket)) {
            return HOLD;
        }
        int verdict;
        try {
            verdict = recallIn(bucket, goes);
        } finally {
            table.unclaim(bucket);
        }
        return verdict >= 0 ? verdict : verdict == FragmentTable.POISONED ? ZoneVerdict.FRAGMENT : HOLD;
    }

    private int recallIn(int bucket, boolean goes) {
        int entry = table.find(bucket, key, nowNs);
        int verdict = entry == FragmentTable.NONE ? FragmentTable.NO_FIRST : table.verdict(entry);
        decision = verdict >= 0 ? table.decision(entry) : decision;
        if (goes && verdict >= 0) {
            gone(entry);
        }
        return verdict;
    }

    /** Stores the verdict on the copy of a flooded first fragment for one zone; parameters as in {@link #first}. */
    public void remember(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port,
            int verdict, int decided) {
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return;
        }
        int bucket = table.bucket(key);
        if (claim(bucket)) {
            try {
                rememberIn(bucket, verdict, decided);
            } finally {
                table.unclaim(bucket);
            }
        }
    }

    private void rememberIn(int bucket, int verdict, int decided) {
        int entry = table.find(bucket, key, nowNs);
        if (entry == FragmentTable.NONE) {
            entry = table.add(bucket, key, nowNs + LIFETIME_NS);
        }
        if (entry != FragmentTable.NONE) {
            table.evaluated(entry, verdict, decided);
            gone(entry);
        }
    }

    /**
     * Records that a fragment went to a zone, by one port or several. Once all have, only this burst has copies of the
     * last one.
     */
    private void gone(int entry) {
        if (table.addPart(entry, key) == Parts.ADDED && table.isComplete(entry)) {
            table.expireBy(entry, nowNs + 1);
        }
    }

    private boolean claim(int bucket) {
        table.sweep(sweeping++, nowNs);
        return table.claim(bucket);
    }

    /** Adds the fragment to its datagram, or poisons the datagram. */
    private int addPart(int entry) {
        if (table.verdict(entry) == FragmentTable.POISONED) {
            return Parts.CONTRADICTS;
        }
        int added = table.addPart(entry, key);
        if (added == Parts.CONTRADICTS) {
            table.poison(entry);
        }
        return added;
    }

    /** Removes a complete datagram, or shortens its lifetime to the hold time if fragments of it are held. */
    private void finish(int entry) {
        if (table.isComplete(entry)) {
            if (table.isAwaited(entry)) {
                table.expireBy(entry, nowNs + HOLD_NS);
            } else {
                table.forget(entry);
            }
        }
    }
}
