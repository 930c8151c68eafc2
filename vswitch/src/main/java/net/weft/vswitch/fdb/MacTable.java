package net.weft.vswitch.fdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which port a (VLAN, MAC address) was last seen on. 802.1Q 8.8: entries age out after 300 s without a frame, move with the
 * station, and are never made for group addresses (the caller's duty).
 * <p>
 * <b>Layout.</b> 8192 buckets of eight words, a cache line each. A key, 12 bits of VLAN and 48 of address, goes through a
 * keyed bijection of 60 bits; the low 13 bits pick the bucket and the other 47 are stored whole, so that a word holds all of
 * an entry: {@code remainder(47) | port + 1 (17)}, and 0 is an empty slot. A look-up reads one cache line, and because an
 * entry is one word it changes by compare-and-set: a reader on another worker sees the old port or the new one, never a port
 * that belongs to another key. The time last seen lies beside it in seconds; racing writers there write the same second.
 * <p>
 * <b>Eviction.</b> The bijection is keyed at random, so nobody can aim at a bucket. When one is full, the port with the most
 * entries of all ports present in it gives up its oldest; but ports that flood the table ({@link NewEntries}) pay first, with their own: where
 * such a port has none in the bucket, its station is not learned.
 * <p>
 * Safe for any number of workers; {@link #age} belongs to one of them.
 */
public final class MacTable {
    /** Ports whose stations can be learned: {@code 0..MAX_PORTS-1}. */
    public static final int MAX_PORTS = 1 << 16;
    /** Entries the table holds. */
    public static final int CAPACITY = 1 << 16;

    /** {@link #learn}: the station was known here. */
    public static final int KNOWN = 0;
    /** {@link #learn}: a new station. */
    public static final int LEARNED = 1;
    /** {@link #learn}: the station was on another port before. */
    public static final int MOVED = 2;
    /** {@link #learn}: the port may have no more stations. */
    public static final int LIMIT = 3;
    /** {@link MacCache#learn}: another port has declared the address, and holds it. */
    public static final int HELD = 4;

    private static final int WAYS = 8;
    private static final int BUCKET_BITS = 13;
    private static final int BUCKETS = 1 << BUCKET_BITS;
    private static final int PORT_BITS = 17;
    private static final long PORT_MASK = (1L << PORT_BITS) - 1;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(int[].class);

    private final long[] words = new long[CAPACITY];
    private final int[] seenSeconds = new int[CAPACITY];
    private final int[] entriesOfPort = new int[MAX_PORTS];
    private final int ageingSeconds;
    private final MacHash hash;
    private final NewEntries fresh = new NewEntries(MAX_PORTS);
    private final AtomicInteger changes = new AtomicInteger();
    private int ageCursor;

    /**
     * @param ageingSeconds how long a silent station is remembered (802.1Q recommends 300)
     * @param seed keys the hash; unpredictable in production, fixed in tests
     */
    public MacTable(int ageingSeconds, long seed) {
        this.ageingSeconds = ageingSeconds;
        hash = new MacHash(seed);
    }

    /**
     * The port behind an address.
     *
     * @param vid {@code 1..4094}
     * @param mac 48 bits, first byte of the address lowest
     * @return port number, or -1 when unknown
     */
    public int lookup(int vid, long mac) {
        long mixed = hash.mix(key(vid, mac));
        int first = bucket(mixed);
        long tagOfKey = mixed >>> BUCKET_BITS << PORT_BITS;
        for (int slot = first; slot < first + WAYS; slot++) {
            long word = (long) WORDS.getOpaque(words, slot);
            if ((word & ~PORT_MASK) == tagOfKey && word != 0) {
                return (int) (word & PORT_MASK) - 1;
            }
        }
        return -1;
    }

    /**
     * Notes that a frame from {@code mac} came in by {@code port}.
     *
     * @param nowSeconds the clock, never negative
     * @param limit entries the port may have; 0 for no limit of its own
     * @return {@link #KNOWN}, {@link #LEARNED}, {@link #MOVED} or {@link #LIMIT}
     */
    public int learn(int vid, long mac, int port, int nowSeconds, int limit) {
        long mixed = hash.mix(key(vid, mac));
        int first = bucket(mixed);
        long tagOfKey = mixed >>> BUCKET_BITS << PORT_BITS;
        long wanted = tagOfKey | port + 1;
        for (int slot = first; slot < first + WAYS; slot++) {
            long word = (long) WORDS.getOpaque(words, slot);
            if (word == wanted) {
                if (seenSeconds[slot] != nowSeconds) {
                    seenSeconds[slot] = nowSeconds;
                }
                return KNOWN;
            }
            if ((word & ~PORT_MASK) == tagOfKey && word != 0) {
                return move(slot, word, wanted, port, nowSeconds, limit);
            }
        }
        if (!admit(port, limit)) {
            return LIMIT;
        }
        return insert(first, wanted, port, nowSeconds);
    }

    /**
     * Takes up a station that was known before this table was. What has been learned since is never overridden, and nobody's entry gives way.
     * Any thread.
     *
     * @param seenAtSecond when its last frame came
     * @param limit as for {@link #learn}
     * @return whether it was taken up
     */
    boolean restore(int vid, long mac, int port, int seenAtSecond, int limit) {
        long mixed = hash.mix(key(vid, mac));
        int first = bucket(mixed);
        long wanted = mixed >>> BUCKET_BITS << PORT_BITS | port + 1;
        if (lookup(vid, mac) >= 0 || !admit(port, limit)) {
            return false;
        }
        for (int slot = first; slot < first + WAYS; slot++) {
            if (WORDS.compareAndSet(words, slot, 0L, wanted)) {
                seenSeconds[slot] = seenAtSecond;
                changes.incrementAndGet();
                dropTwin(first, slot, wanted);
                return true;
            }
        }
        COUNTS.getAndAdd(entriesOfPort, port, -1);
        return false;
    }

    private int move(int slot, long word, long wanted, int port, int nowSeconds, int limit) {
        if (!admit(port, limit)) {
            return LIMIT;
        }
        seenSeconds[slot] = nowSeconds;
        boolean moved = WORDS.compareAndSet(words, slot, word, wanted);
        changes.incrementAndGet();
        COUNTS.getAndAdd(entriesOfPort, moved ? (int) (word & PORT_MASK) - 1 : port, -1);
        return MOVED;
    }

    /** Counts an entry that is about to be made, unless the port may have no more: first, so that two workers cannot exceed its limit. */
    private boolean admit(int port, int limit) {
        if ((int) COUNTS.getAndAdd(entriesOfPort, port, 1) < limit || limit == 0) {
            return true;
        }
        COUNTS.getAndAdd(entriesOfPort, port, -1);
        return false;
    }

    private int insert(int first, long wanted, int port, int nowSeconds) {
        fresh.add(port, nowSeconds);
        for (int slot = first; slot < first + WAYS; slot++) {
            if ((long) WORDS.getOpaque(words, slot) == 0 && claim(slot, 0, wanted, nowSeconds)) {
                dropTwin(first, slot, wanted);
                return LEARNED;
            }
        }
        int victim = victim(first, port, nowSeconds);
        if (victim < 0) {
            COUNTS.getAndAdd(entriesOfPort, port, -1);
            return LEARNED;
        }
        long old = (long) WORDS.getOpaque(words, victim);
        if (!claim(victim, old, wanted, nowSeconds)) {
            COUNTS.getAndAdd(entriesOfPort, port, -1);
        } else if (old != 0) {
            COUNTS.getAndAdd(entriesOfPort, (int) (old & PORT_MASK) - 1, -1);
        }
        return LEARNED;
    }

    private boolean claim(int slot, long expected, long wanted, int nowSeconds) {
        seenSeconds[slot] = nowSeconds;
        boolean claimed = WORDS.compareAndSet(words, slot, expected, wanted);
        changes.incrementAndGet();
        return claimed;
    }

    /**
     * Two workers may insert one key at once into two slots: the higher slot goes. Each looks after its own compare-and-set, so at least
     * one sees both.
     */
    private void dropTwin(int first, int mine, long wanted) {
        for (int slot = first; slot < first + WAYS; slot++) {
            long word = (long) WORDS.getVolatile(words, slot);
            if (slot != mine && word != 0 && (word & ~PORT_MASK) == (wanted & ~PORT_MASK)) {
                remove(Math.max(slot, mine), slot > mine ? word : wanted);
                return;
            }
        }
    }

    /** The slot that gives way to a new entry of a port; negative where none does. */
    private int victim(int first, int port, int nowSeconds) {
        int victim = -1;
        long most = fresh.floods(port, nowSeconds) ? weight(port, nowSeconds) : -1;
        for (int slot = first; slot < first + WAYS; slot++) {
            long word = (long) WORDS.getOpaque(words, slot);
            long weight = word == 0 ? Long.MAX_VALUE : weight((int) (word & PORT_MASK) - 1, nowSeconds);
            if (weight > most
                    || weight == most && (victim < 0 || seenSeconds[slot] < seenSeconds[victim])) {
                most = weight;
                victim = slot;
            }
        }
        return victim;
    }

    /** Ports that flood weigh more than all others, by what they have made lately; others by all that they have. */
    private long weight(int port, int nowSeconds) {
        int made = fresh.count(port, nowSeconds);
        return made >= NewEntries.FLOOD ? (long) made << Integer.SIZE : entries(port);
    }

    private boolean remove(int slot, long word) {
        if (word != 0 && WORDS.compareAndSet(words, slot, word, 0L)) {
            COUNTS.getAndAdd(entriesOfPort, (int) (word & PORT_MASK) - 1, -1);
            changes.incrementAndGet();
            return true;
        }
        return false;
    }

    /**
     * Looks at the next {@code slots} slots and removes what has been silent too long. Called from the duty cycle of one
     * worker, a little at a time.
     *
     * @return entries removed
     */
    public int age(int nowSeconds, int slots) {
        int removed = 0;
        for (int i = 0; i < slots; i++) {
            int slot = ageCursor++ & CAPACITY - 1;
            long word = words[slot];
            if (word != 0 && nowSeconds - seenSeconds[slot] >= ageingSeconds && remove(slot, word)) {
                removed++;
            }
        }
        return removed;
    }

    /** Forgets every station of a port, or, with {@code vid} other than 0, those it has in that VLAN. Any thread. */
    public void flush(int port, int vid) {
        if (entries(port) == 0) {
            return;
        }
        for (int slot = 0; slot < CAPACITY; slot++) {
            long word = (long) WORDS.getOpaque(words, slot);
            if ((word & PORT_MASK) == port + 1 && (vid == 0 || vidOf(slot, word) == vid)) {
                remove(slot, word);
            }
        }
    }

    /** Stations known on a port. */
    public int entries(int port) {
        return (int) COUNTS.getOpaque(entriesOfPort, port);
    }

    /** Another number whenever stations came, went or moved. Any thread. */
    int changes() {
        return changes.get();
    }

    /** Receives one entry; see {@link #forEach}. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param vid VLAN
         * @param mac 48 bits, first byte lowest
         * @param port port number
         * @param ageSeconds since its last frame
         */
        void entry(int vid, long mac, int port, int ageSeconds);
    }

    /** Shows every entry, in no order; those that change meanwhile are seen before or after. Any thread. */
    public void forEach(int nowSeconds, Visitor visitor) {
        for (int slot = 0; slot < CAPACITY; slot++) {
            long word = (long) WORDS.getOpaque(words, slot);
            if (word != 0) {
                long key = hash.unmix(word >>> PORT_BITS << BUCKET_BITS | slot / WAYS);
                visitor.entry((int) (key >>> 48), key & (1L << 48) - 1, (int) (word & PORT_MASK) - 1,
                        Math.max(0, nowSeconds - seenSeconds[slot]));
            }
        }
    }

    /**
     * Becomes a copy of a table with the same seed, entries that change meanwhile as they were before or after. Any thread that
     * has this table to itself.
     */
    public void copyOf(MacTable other) {
        for (int slot = 0; slot < CAPACITY; slot++) {
            words[slot] = (long) WORDS.getOpaque(other.words, slot);
            seenSeconds[slot] = other.seenSeconds[slot];
        }
        for (int port = 0; port < MAX_PORTS; port++) {
            entriesOfPort[port] = (int) COUNTS.getOpaque(other.entriesOfPort, port);
        }
    }

    /** Forgets everything. Control thread, no worker running. */
    void clear() {
        Arrays.fill(words, 0);
        Arrays.fill(entriesOfPort, 0);
        changes.incrementAndGet();
    }

    private int vidOf(int slot, long word) {
        return (int) (hash.unmix(word >>> PORT_BITS << BUCKET_BITS | slot / WAYS) >>> 48);
    }

    private static long key(int vid, long mac) {
        return (long) vid << 48 | mac;
    }

    private static int bucket(long mixed) {
        return (int) (mixed & BUCKETS - 1) * WAYS;
    }
}
