package net.weft.zone.fragment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The fragmented datagrams in transit, in a table of fixed size: for each, the fragments that have arrived and the
 * verdict on the first one. Shared by the {@link FragmentTracker}s of all workers, because the fragments of a datagram
 * may arrive at several queues.
 * <p>Eight entries form a bucket, which a worker claims with one compare-and-set. A port never has more entries than
 * are free, so that half of the table remains for the others, whatever it sends; if a bucket is full nevertheless, the
 * port with the most entries loses one.
 */
public final class FragmentTable {
    /** The result if there is no entry. */
    static final int NONE = -1;
    /** Stored instead of a verdict: the first fragment has not arrived. */
    static final int NO_FIRST = -1;
    /** Stored instead of a verdict: fragments overlap or contradict each other. */
    static final int POISONED = -2;

    private static final int BUCKET = 8;
    private static final int KEY_LONGS = 6;
    /** The number of per-port counters; ports that are a multiple of this apart share one. */
    private static final int PORTS = 1024;
    /**
     * The number of attempts to claim a bucket. A claim lasts well under a microsecond, unless its worker is
     * descheduled.
     */
    private static final int CLAIM_ATTEMPTS = 2000;
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle RELEASES;

    static {
        try {
            RELEASES = MethodHandles.lookup().findVarHandle(FragmentTable.class, "releases", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long seed;
    private final int bucketMask;
    private final int[] claims;
    private final long[] keys;
    private final long[] expiry;
    private final int[] verdicts;
    private final int[] decisions;
    private final boolean[] awaited;
    private final Parts parts;
    private final int[] entriesOfPort = new int[PORTS];
    private final int[] free = new int[1];
    private long releases;

    /**
     * @param datagrams maximum number of datagrams, a power of two, at least 16; some 350 bytes each
     * @param seed random, so that no sender can target a bucket
     */
    public FragmentTable(int datagrams, long seed) {
        if (Integer.bitCount(datagrams) != 1 || datagrams < 2 * BUCKET) {
            throw new IllegalArgumentException(datagrams + " datagrams: expected a power of two, 16 or more");
        }
        this.seed = seed;
        bucketMask = datagrams / BUCKET - 1;
        claims = new int[datagrams / BUCKET];
        keys = new long[datagrams * KEY_LONGS];
        expiry = new long[datagrams];
        verdicts = new int[datagrams];
        decisions = new int[datagrams];
        awaited = new boolean[datagrams];
        parts = new Parts(datagrams);
        free[0] = datagrams;
    }

    /**
     * Returns a counter that grows whenever a first fragment arrives after later ones; held fragments can then be
     * evaluated again.
     */
    public long releases() {
        return (long) RELEASES.getAcquire(this);
    }

    // ---- buckets ---------------------------------------------------------------------------------------------------

    int bucket(FragmentKey key) {
        return (int) key.hash(seed) & bucketMask;
    }

    /** Claims a bucket; returns false when another worker holds it for too long. */
    boolean claim(int bucket) {
        for (int attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
            if (INTS.compareAndSet(claims, bucket, 0, 1)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    void unclaim(int bucket) {
        INTS.setRelease(claims, bucket, 0);
    }

    /** Returns the entry of a datagram in a claimed bucket, or {@link #NONE}. Removes expired entries of the bucket. */
    int find(int bucket, FragmentKey key, long nowNs) {
        int found = NONE;
        for (int entry = bucket * BUCKET; entry < (bucket + 1) * BUCKET; entry++) {
            if (isUsed(entry) && expiry[entry] - nowNs <= 0) {
                forget(entry);
            } else if (isUsed(entry) && holds(entry, key)) {
                found = entry;
            }
        }
        return found;
    }

    private boolean isUsed(int entry) {
        return expiry[entry] != 0;
    }

    private boolean holds(int entry, FragmentKey key) {
        int at = entry * KEY_LONGS;
        return keys[at] == key.place && keys[at + 1] == key.identification && keys[at + 2] == key.sourceHigh
                && keys[at + 3] == key.sourceLow && keys[at + 4] == key.destinationHigh
                && keys[at + 5] == key.destinationLow;
    }

    /** Adds an entry to a claimed bucket; returns {@link #NONE} when the port has used its share. */
    int add(int bucket, FragmentKey key, long expiryNs) {
        int mine = entries(key.port);
        if (mine >= (int) INTS.getOpaque(free, 0)) {
            return NONE;
        }
        int entry = place(bucket, mine);
        if (entry == NONE) {
            return NONE;
        }
        INTS.getAndAdd(entriesOfPort, key.port % PORTS, 1);
        INTS.getAndAdd(free, 0, -1);
        int at = entry * KEY_LONGS;
        keys[at] = key.place;
        keys[at + 1] = key.identification;
        keys[at + 2] = key.sourceHigh;
        keys[at + 3] = key.sourceLow;
        keys[at + 4] = key.destinationHigh;
        keys[at + 5] = key.destinationLow;
        expiry[entry] = expiryNs == 0 ? 1 : expiryNs;
        clear(entry);
        return entry;
    }

    private int entries(int port) {
        return (int) INTS.getOpaque(entriesOfPort, port % PORTS);
    }

    private int portOf(int entry) {
        return (int) (keys[entry * KEY_LONGS] >>> 45) & 0xffff;
    }

    /**
     * Returns a free entry, or evicts the oldest entry of the port with the most entries, if it has more than {@code
     * mine}.
     */
    private int place(int bucket, int mine) {
        int victim = NONE;
        int most = mine;
        for (int entry = bucket * BUCKET; entry < (bucket + 1) * BUCKET; entry++) {
            if (!isUsed(entry)) {
                return entry;
            }
            int others = entries(portOf(entry));
            boolean older = victim != NONE && others == most && expiry[entry] - expiry[victim] < 0;
            if (others > most || older) {
                victim = entry;
                most = others;
            }
        }
        if (victim != NONE) {
            forget(victim);
        }
        return victim;
    }

    void forget(int entry) {
        INTS.getAndAdd(entriesOfPort, portOf(entry) % PORTS, -1);
        INTS.getAndAdd(free, 0, 1);
        expiry[entry] = 0;
    }

    /** Removes expired entries of one bucket, unless another worker holds it. */
    void sweep(int place, long nowNs) {
        int bucket = place & bucketMask;
        if (INTS.compareAndSet(claims, bucket, 0, 1)) {
            try {
                forgetExpired(bucket, nowNs);
            } finally {
                unclaim(bucket);
            }
        }
    }

    private void forgetExpired(int bucket, long nowNs) {
        for (int entry = bucket * BUCKET; entry < (bucket + 1) * BUCKET; entry++) {
            if (isUsed(entry) && expiry[entry] - nowNs <= 0) {
                forget(entry);
            }
        }
    }

    // ---- entries of a claimed bucket -------------------------------------------------------------------------------

    /** Resets an entry: no fragment has arrived. */
    void clear(int entry) {
        verdicts[entry] = NO_FIRST;
        decisions[entry] = 0;
        awaited[entry] = false;
        parts.clear(entry);
    }

    int verdict(int entry) {
        return verdicts[entry];
    }

    int decision(int entry) {
        return decisions[entry];
    }

    boolean isComplete(int entry) {
        return parts.isComplete(entry);
    }

    boolean isAwaited(int entry) {
        return awaited[entry];
    }

    void await(int entry) {
        awaited[entry] = true;
    }

    void poison(int entry) {
        verdicts[entry] = POISONED;
        release(entry);
    }

    void evaluated(int entry, int verdict, int decision) {
        verdicts[entry] = verdict;
        decisions[entry] = decision;
        release(entry);
    }

    private void release(int entry) {
        if (awaited[entry]) {
            RELEASES.getAndAdd(this, 1L);
        }
    }

    void expire(int entry, long expiryNs) {
        expiry[entry] = expiryNs == 0 ? 1 : expiryNs;
    }

    /** Shortens the lifetime of an entry; never extends it. */
    void expireBy(int entry, long expiryNs) {
        if (expiryNs - expiry[entry] < 0) {
            expire(entry, expiryNs);
        }
    }

    /** Adds a fragment to an entry; returns {@link Parts#ADDED}, or the reason for its rejection. */
    int addPart(int entry, FragmentKey part) {
        return parts.add(entry, part);
    }
}
