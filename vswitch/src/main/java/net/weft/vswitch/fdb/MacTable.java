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
 * The MAC table: the port on which each MAC address of each VLAN was last seen. As in 802.1Q 8.8, entries age out after
 * 300 s without a frame and move when the address appears on another port. The caller must not learn group addresses.
 * <p>
 * <b>Layout.</b> A bucket has places for eight entries, each a word (see {@link EntryWord}) and the second it was last
 * seen in; see {@link MacPages}. A lookup reads the words of one bucket. An entry is one word that changes by
 * compare-and-set, so a reader on another worker reads the old port or the new one, never a port of another key.
 * Concurrent writers of a time write the same second.
 * <p>
 * <b>Eviction.</b> The hash has a random key, so an attacker cannot target a bucket. When a bucket is full, the oldest
 * entry in it of the port with the most entries in the table is evicted. A port that floods the table with addresses
 * ({@link NewEntries}) loses its own entries before all others; if it has none in the bucket, its address is not learned.
 * <p>
 * Any number of workers may use the table at once; only one of them may call {@link #age}.
 */
public final class MacTable {
    /** Exclusive upper bound of ports: {@code 0..MAX_PORTS-1}. */
    public static final int MAX_PORTS = 1 << 16;
    /** Maximum number of entries. */
    public static final int CAPACITY = MacPages.BUCKETS * WAYS;

    /** Result of {@link #learn}: the address was already learned on this port. */
    public static final int KNOWN = 0;
    /** Result of {@link #learn}: a new entry was created. */
    public static final int LEARNED = 1;
    /** Result of {@link #learn}: the entry moved from another port. */
    public static final int MOVED = 2;
    /** Result of {@link #learn}: the port has reached its limit of entries. */
    public static final int LIMIT = 3;
    /** Result of {@link MacCache#learn}: another port has declared the address and holds it. */
    public static final int HELD = 4;
    /** Result of {@link #learn}: the address stays on its previous port, because it moved too often. */
    public static final int KEPT = 5;

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(int[].class);

    private final MacPages pages = new MacPages();
    private final int[] entriesOfPort = new int[MAX_PORTS];
    private final int ageingSeconds;
    private final EntryWord code;
    private final MacMoves moves = new MacMoves();
    private final NewEntries fresh = new NewEntries(MAX_PORTS);
    private final AtomicInteger changes = new AtomicInteger();
    private int ageCursor;

    /**
     * @param ageingSeconds time after which an entry without frames is removed (802.1Q recommends 300)
     * @param seed key of the hash; unpredictable in production, fixed in tests
     */
    public MacTable(int ageingSeconds, long seed) {
        this.ageingSeconds = ageingSeconds;
        code = new EntryWord(seed);
    }

    /**
     * Returns the port on which an address was learned.
     * @param vid {@code 1..4094}
     * @param mac 48 bits, first byte of the address lowest
     * @return index of the port, or -1 if the address is unknown
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
     * Learns that a frame from {@code mac} was received by {@code port}.
     * @param nowSeconds time by the monotonic clock in seconds, never negative
     * @param limit maximum number of entries of the port; 0 for no limit
     * @return {@link #KNOWN}, {@link #LEARNED}, {@link #MOVED}, {@link #LIMIT} or {@link #KEPT}
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
                if (moves.keeps(vid, mac, port, nowSeconds)) {
                    return KEPT;
                }
                int outcome = move(page, at, word, wanted, nowSeconds, limit);
                if (outcome == MOVED) {
                    moves.add(vid, mac, EntryWord.port(word), port);
                }
                return outcome;
            }
        }
        if (!admit(port, limit)) {
            return LIMIT;
        }
        return insert(page, first, wanted, nowSeconds);
    }

    /**
     * Restores an entry that was learned before a restart. It neither overrides an entry that was learned since nor
     * evicts another one. Any thread.
     * @param seenAtSecond time of its last frame, by the monotonic clock in seconds
     * @param limit as for {@link #learn}
     * @return whether the entry was restored
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
                removeDuplicate(page, first, at, wanted);
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

    /**
     * Counts an entry before it is created, unless the port has reached its limit. Counting comes first, so that two
     * workers cannot exceed the limit.
     */
    private boolean admit(int port, int limit) {
        if (count(port, 1) < limit || limit == 0) {
            return true;
        }
        count(port, -1);
        return false;
    }

    /** Adds to a port's number of entries and returns the previous number. */
    private int count(int port, int more) {
        return (int) COUNTS.getAndAdd(entriesOfPort, port, more);
    }

    private int insert(long[] page, int first, long wanted, int nowSeconds) {
        fresh.add(EntryWord.port(wanted), nowSeconds);
        for (int at = first; at < first + WAYS; at++) {
            if ((long) WORDS.getOpaque(page, at) == EntryWord.EMPTY
                    && claim(page, at, EntryWord.EMPTY, wanted, nowSeconds)) {
                removeDuplicate(page, first, at, wanted);
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
     * Removes a duplicate: two workers may insert the same key into two places at once, and then the higher place is
     * emptied. Each worker checks after its own compare-and-set, so at least one of them finds both.
     */
    private void removeDuplicate(long[] page, int first, int mine, long wanted) {
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
     * Checks the next {@code places} places and removes expired entries. Called in the duty cycle of one worker.
     * @param places number of places, a multiple of 8
     * @return number of entries removed
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

    /** Removes all entries of a port. Any thread. */
    public void flush(int port) {
        flush(port, VlanSet.ALL);
    }

    /** Removes the entries of a port in some VLANs, in one pass over the table. Any thread. */
    public void flush(int port, VlanSet vids) {
        if (entries(port) > 0) {
            pages.visit((bucket, page, at, word) -> {
                if (EntryWord.port(word) == port && vids.contains(code.vid(bucket, word))) {
                    remove(page, at, word);
                }
            });
        }
    }

    /** Number of entries of a port. Any thread. */
    public int entries(int port) {
        return (int) COUNTS.getOpaque(entriesOfPort, port);
    }

    /** The entries that moved, and those that must not. */
    public MacMoves moves() {
        return moves;
    }

    /** Change counter: differs whenever an entry was created, removed or moved. Any thread. */
    int changes() {
        return changes.get();
    }

    /** Number of allocated pages. */
    int pagesInUse() {
        return pages.inUse();
    }

    /**
     * Visits every entry in no particular order. Entries that change concurrently are visited in their old or new
     * state. Any thread.
     */
    public void forEach(int nowSeconds, MacVisitor visitor) {
        pages.visit((bucket, page, at, word) -> visitor.entry(code.vid(bucket, word), code.mac(bucket, word),
                EntryWord.port(word), (int) Math.max(0, nowSeconds - page[at + SEEN])));
    }

    /**
     * Makes this table a copy of a table with the same seed. Entries that change concurrently are copied in their old
     * or new state. Any thread, while no other thread uses this table.
     */
    public void copyOf(MacTable other) {
        pages.copyOf(other.pages);
        moves.copyOf(other.moves);
        for (int port = 0; port < MAX_PORTS; port++) {
            entriesOfPort[port] = (int) COUNTS.getOpaque(other.entriesOfPort, port);
        }
    }

    /** Removes all entries. Control thread, while no worker runs. */
    void clear() {
        pages.clear();
        Arrays.fill(entriesOfPort, 0);
        changes.incrementAndGet();
    }
}
