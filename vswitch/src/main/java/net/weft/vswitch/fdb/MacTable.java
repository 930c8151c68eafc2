package net.weft.vswitch.fdb;

import static net.weft.vswitch.fdb.MacPages.SEEN;
import static net.weft.vswitch.fdb.MacPages.WAYS;
import static net.weft.vswitch.fdb.MacPages.WORDS;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import net.weft.vlan.VlanSet;

/**
 * The port on which each (VLAN, MAC address) was last seen. 802.1Q 8.8: entries age out after 300 s without a frame, move with the
 * station, and are never made for group addresses (the caller's duty).
 * <p>
 * <b>Layout.</b> A bucket has places for eight entries, each a word (see {@link EntryWord}) and the second it was last seen in; see
 * {@link MacPages}. A look-up reads the words of one bucket, and because an entry is one word it changes by compare-and-set: a reader on another worker sees the old port
 * or the new one, never a port that belongs to another key. Racing writers of a time write the same second.
 * <p>
 * <b>Eviction.</b> The hash is keyed at random, so nobody can aim at a bucket. When one is full, the port with the most
 * entries of all ports present in it gives up its oldest. Ports that flood the table ({@link NewEntries}) pay before all others, with their own:
 * where such a port has none in the bucket, its station is not learned.
 * <p>
 * Safe for any number of workers; {@link #age} belongs to one of them.
 */
public final class MacTable {
    /** Ports whose stations can be learned: {@code 0..MAX_PORTS-1}. */
    public static final int MAX_PORTS = 1 << 16;
    /** Entries the table holds. */
    public static final int CAPACITY = MacPages.BUCKETS * WAYS;

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

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(int[].class);

    private final MacPages pages = new MacPages();
    private final int[] entriesOfPort = new int[MAX_PORTS];
    private final int ageingSeconds;
    private final EntryWord code;
    private final NewEntries fresh = new NewEntries(MAX_PORTS);
    private final AtomicInteger changes = new AtomicInteger();
    private int ageCursor;

    /**
     * @param ageingSeconds how long a silent station is remembered (802.1Q recommends 300)
     * @param seed keys the hash; unpredictable in production, fixed in tests
     */
    public MacTable(int ageingSeconds, long seed) {
        this.ageingSeconds = ageingSeconds;
        code = new EntryWord(seed);
    }

    /**
     * The port behind an address.
     *
     * @param vid {@code 1..4094}
     * @param mac 48 bits, first byte of the address lowest
     * @return port number, or -1 when unknown
     */
    public int lookup(int vid, long mac) {
        long hash = code.hash(vid, mac);
        int bucket = EntryWord.bucket(hash);
        long[] page = pages.page(bucket);
        if (page == null) {
            return -1;
        }
        long anyPort = EntryWord.of(hash, -1);
        int first = MacPages.first(bucket);
        for (int at = first; at < first + WAYS; at++) {
            long word = (long) WORDS.getOpaque(page, at);
            if (EntryWord.sameKey(word, anyPort) && word != EntryWord.EMPTY) {
                return EntryWord.port(word);
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
        long hash = code.hash(vid, mac);
        int bucket = EntryWord.bucket(hash);
        long[] page = pages.makePage(bucket);
        int first = MacPages.first(bucket);
        long wanted = EntryWord.of(hash, port);
        for (int at = first; at < first + WAYS; at++) {
            long word = (long) WORDS.getOpaque(page, at);
            if (word == wanted) {
                if (page[at + SEEN] != nowSeconds) {
                    page[at + SEEN] = nowSeconds;
                }
                return KNOWN;
            }
            if (EntryWord.sameKey(word, wanted) && word != EntryWord.EMPTY) {
                return move(page, at, word, wanted, nowSeconds, limit);
            }
        }
        if (!admit(port, limit)) {
            return LIMIT;
        }
        return insert(page, first, wanted, nowSeconds);
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
        if (lookup(vid, mac) >= 0 || !admit(port, limit)) {
            return false;
        }
        long hash = code.hash(vid, mac);
        int bucket = EntryWord.bucket(hash);
        long[] page = pages.makePage(bucket);
        int first = MacPages.first(bucket);
        long wanted = EntryWord.of(hash, port);
        for (int at = first; at < first + WAYS; at++) {
            if (WORDS.compareAndSet(page, at, EntryWord.EMPTY, wanted)) {
                page[at + SEEN] = seenAtSecond;
                changes.incrementAndGet();
                dropTwin(page, first, at, wanted);
                return true;
            }
        }
        count(port, -1);
        return false;
    }

    private int move(long[] page, int at, long word, long wanted, int nowSeconds, int limit) {
        int port = EntryWord.port(wanted);
        if (!admit(port, limit)) {
            return LIMIT;
        }
        boolean moved = claim(page, at, word, wanted, nowSeconds);
        count(moved ? EntryWord.port(word) : port, -1);
        return MOVED;
    }

    /** Counts an entry that is about to be made, unless the port may have no more: first, so that two workers cannot exceed its limit. */
    private boolean admit(int port, int limit) {
        if (count(port, 1) < limit || limit == 0) {
            return true;
        }
        count(port, -1);
        return false;
    }

    /** The entries it had before. */
    private int count(int port, int more) {
        return (int) COUNTS.getAndAdd(entriesOfPort, port, more);
    }

    private int insert(long[] page, int first, long wanted, int nowSeconds) {
        fresh.add(EntryWord.port(wanted), nowSeconds);
        for (int at = first; at < first + WAYS; at++) {
            if ((long) WORDS.getOpaque(page, at) == EntryWord.EMPTY
                    && claim(page, at, EntryWord.EMPTY, wanted, nowSeconds)) {
                dropTwin(page, first, at, wanted);
                return LEARNED;
            }
        }
        int victim = victim(page, first, EntryWord.port(wanted), nowSeconds);
        if (victim < 0) {
            count(EntryWord.port(wanted), -1);
            return LEARNED;
        }
        long old = (long) WORDS.getOpaque(page, victim);
        if (!claim(page, victim, old, wanted, nowSeconds)) {
            count(EntryWord.port(wanted), -1);
        } else if (old != EntryWord.EMPTY) {
            count(EntryWord.port(old), -1);
        }
        return LEARNED;
    }

    private boolean claim(long[] page, int at, long expected, long wanted, int nowSeconds) {
        page[at + SEEN] = nowSeconds;
        boolean claimed = WORDS.compareAndSet(page, at, expected, wanted);
        changes.incrementAndGet();
        return claimed;
    }

    /**
     * Two workers may insert one key at once into two places: the higher place goes. Each looks after its own compare-and-set, so at least
     * one sees both.
     */
    private void dropTwin(long[] page, int first, int mine, long wanted) {
        for (int at = first; at < first + WAYS; at++) {
            long word = (long) WORDS.getVolatile(page, at);
            if (at != mine && word != EntryWord.EMPTY && EntryWord.sameKey(word, wanted)) {
                remove(page, Math.max(at, mine), at > mine ? word : wanted);
                return;
            }
        }
    }

    /** The place that gives way to a new entry of a port; negative where none does. */
    private int victim(long[] page, int first, int port, int nowSeconds) {
        int victim = -1;
        long most = fresh.floods(port, nowSeconds) ? weight(port, nowSeconds) : -1;
        for (int at = first; at < first + WAYS; at++) {
            long word = (long) WORDS.getOpaque(page, at);
            long weight = word == EntryWord.EMPTY ? Long.MAX_VALUE : weight(EntryWord.port(word), nowSeconds);
            if (weight > most || weight == most && (victim < 0 || page[at + SEEN] < page[victim + SEEN])) {
                most = weight;
                victim = at;
            }
        }
        return victim;
    }

    /** Ports that flood weigh more than all others, by what they have made lately; others by all that they have. */
    private long weight(int port, int nowSeconds) {
        int made = fresh.count(port, nowSeconds);
        return made >= NewEntries.FLOOD ? (long) made << Integer.SIZE : entries(port);
    }

    private boolean remove(long[] page, int at, long word) {
        if (word != EntryWord.EMPTY && WORDS.compareAndSet(page, at, word, EntryWord.EMPTY)) {
            count(EntryWord.port(word), -1);
            changes.incrementAndGet();
            return true;
        }
        return false;
    }

    /**
     * Looks at the next {@code places} and removes what has been silent too long. Called from the duty cycle of one
     * worker, a little at a time.
     *
     * @param places a multiple of 8
     * @return entries removed
     */
    public int age(int nowSeconds, int places) {
        int removed = 0;
        for (int n = places / WAYS; n > 0; n--) {
            int bucket = ageCursor++ & MacPages.BUCKETS - 1;
            long[] page = pages.page(bucket);
            for (int at = MacPages.first(bucket), end = at + WAYS; page != null && at < end; at++) {
                long word = page[at];
                if (word != EntryWord.EMPTY && nowSeconds - page[at + SEEN] >= ageingSeconds
                        && remove(page, at, word)) {
                    removed++;
                }
            }
        }
        return removed;
    }

    /** Forgets every station of a port. Any thread. */
    public void flush(int port) {
        flush(port, VlanSet.ALL);
    }

    /** Forgets the stations that a port has in some VLANs, in one pass over the table. Any thread. */
    public void flush(int port, VlanSet vids) {
        if (entries(port) > 0) {
            pages.visit((bucket, page, at, word) -> {
                if (EntryWord.port(word) == port && vids.contains(code.vid(bucket, word))) {
                    remove(page, at, word);
                }
            });
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

    /** Pages that have been allocated. */
    int pagesInUse() {
        return pages.inUse();
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
        pages.visit((bucket, page, at, word) -> visitor.entry(code.vid(bucket, word), code.mac(bucket, word),
                EntryWord.port(word), (int) Math.max(0, nowSeconds - page[at + SEEN])));
    }

    /**
     * Becomes a copy of a table with the same seed, entries that change meanwhile as they were before or after. Any thread that
     * has this table to itself.
     */
    public void copyOf(MacTable other) {
        pages.copyOf(other.pages);
        for (int port = 0; port < MAX_PORTS; port++) {
            entriesOfPort[port] = (int) COUNTS.getOpaque(other.entriesOfPort, port);
        }
    }

    /** Forgets everything. Control thread, no worker running. */
    void clear() {
        pages.clear();
        Arrays.fill(entriesOfPort, 0);
        changes.incrementAndGet();
    }
}
