package net.weft.zone.fragment;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.zone.PolicyDecision;
import net.weft.zone.ZoneVerdict;

/**
 * Lets fragments follow their first. A first fragment is judged as a packet, then given to {@link #first} with the verdict, which is
 * remembered. A later one is given to {@link #later} instead of being judged: it gets the verdict of its first, or is to be held until that
 * comes, and then given to {@link #recall}.
 *
 * <p>No byte of a datagram passes twice (RFC 5722, RFC 8200, 4.5; for IPv4 alike). A part that has come before is dropped by itself; one that
 * overlaps, contradicts the end or leaves more than 64 gaps spoils the datagram, of which nothing more passes. A datagram is forgotten
 * when it is whole, or {@link #LIFETIME_NS} after its first part.
 *
 * <p>A flooded frame goes to several zones: it is given to {@link #first} or {@link #later} once, with {@link #FLOOD} as its zone; then, for each
 * zone it goes to, {@link #remember} takes the verdict on a first fragment, and {@link #follow} gives it for a later one.
 *
 * <p>One worker's; not thread-safe, but for the table. Nothing is allocated. Only for packets that {@link HeaderParser} found to be sane fragments.
 */
public final class FragmentTracker {
    /** Instead of a {@link ZoneVerdict}: the first has not come. */
    public static final int HOLD = -1;
    /** Stands for the zones that a flooded frame goes to. */
    public static final int FLOOD = 4096;
    /** How long parts of a datagram are waited for, as most receivers do. */
    public static final long LIFETIME_NS = 30_000_000_000L;
    /** How long a fragment is worth being held: others come within milliseconds or never. */
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

    /** The {@link PolicyDecision} on the first of the fragment asked of last. */
    public int decision() {
        return decision;
    }

    /**
     * A first fragment that has been judged.
     *
     * @param frame where the frame's head starts in {@code heads}
     * @param parsed what {@link HeaderParser#parse} said of it
     * @param to zone of the port it leaves by, or {@link #FLOOD}
     * @param port ingress port, {@code 0..65535}
     * @param verdict {@link ZoneVerdict}, which later ones will get
     * @param said {@link PolicyDecision}
     * @return the verdict, or {@link ZoneVerdict#FRAGMENT} when it may not pass for what came before
     */
    public int first(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port, int verdict,
            int said) {
        decision = said;
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return ZoneVerdict.FRAGMENT;
        }
        int bucket = table.bucket(key);
        if (!claim(bucket)) {
            return ZoneVerdict.FRAGMENT;
        }
        try {
            return addFirst(bucket, verdict, said);
        } finally {
            table.unclaim(bucket);
        }
    }

    private int addFirst(int bucket, int verdict, int said) {
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
        table.evaluated(entry, verdict, said);
        finish(entry);
        return verdict;
    }

    /**
     * A later fragment.
     *
     * @return the verdict on its first, {@link ZoneVerdict#FRAGMENT} when it may not pass for what came before or there is no room,
     *         or {@link #HOLD}
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
     * What became of a later fragment that was held, or of the first of a flooded one.
     *
     * @return the verdict on its first, {@link ZoneVerdict#FRAGMENT} when its datagram is spoilt, or {@link #HOLD} when that is not known
     */
    public int recall(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port) {
        return recall(heads, frame, parsed, vlan, from, to, port, false);
    }

    /** As {@link #recall}, of a flooded one for one zone: when that was asked of all parts, they are forgotten behind the burst. */
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

    /** Remembers what was said of the copy of a flooded first fragment for one zone; as {@link #first}. */
    public void remember(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int port,
            int verdict, int said) {
        if (!key.read(heads, frame, parsed, vlan, from, to, port)) {
            return;
        }
        int bucket = table.bucket(key);
        if (claim(bucket)) {
            try {
                rememberIn(bucket, verdict, said);
            } finally {
                table.unclaim(bucket);
            }
        }
    }

    private void rememberIn(int bucket, int verdict, int said) {
        int entry = table.find(bucket, key, nowNs);
        if (entry == FragmentTable.NONE) {
            entry = table.add(bucket, key, nowNs + LIFETIME_NS);
        }
        if (entry != FragmentTable.NONE) {
            table.evaluated(entry, verdict, said);
            gone(entry);
        }
    }

    /** A part has gone to a zone, by one port or several; when all have, only this burst has copies of the last. */
    private void gone(int entry) {
        if (table.addPart(entry, key) == Parts.ADDED && table.isComplete(entry)) {
            table.expireBy(entry, nowNs + 1);
        }
    }

    private boolean claim(int bucket) {
        table.sweep(sweeping++, nowNs);
        return table.claim(bucket);
    }

    /** Adds the part to its datagram, which it may spoil. */
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

    /** A whole datagram is kept only for those of its parts that are held, and never longer than if it were not whole. */
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
