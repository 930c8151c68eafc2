package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static net.weft.zone.track.Layout.INT;
import static net.weft.zone.track.Layout.LONG;

import java.lang.foreign.MemorySegment;

/**
 * Finds the entry of a connection. A keyed hash selects a bucket, one cache line of 16 words; a word has 8 bits of the
 * hash and the number of an entry. There are twice as many words as entries, so a bucket is rarely full; an entry that
 * goes to another bucket, a stray, is searched for only while strays exist. The key is random, so that no sender can
 * target a bucket.
 */
final class TableIndex {
    private final ConnectionTable table;
    private final MemorySegment segment;
    private final int buckets;
    private final int capacity;
    private final long address;
    private final long secret0;
    private final long secret1;
    private final long secret2;
    private final long secret3;
    private final long secret4;
    private final long secret5;

    TableIndex(ConnectionTable table, MemorySegment segment, int buckets) {
        this.table = table;
        this.segment = segment;
        this.buckets = buckets;
        capacity = table.capacity();
        address = segment.address();
        secret0 = segment.get(JAVA_LONG, Layout.SECRET);
        secret1 = segment.get(JAVA_LONG, Layout.SECRET + 8);
        secret2 = segment.get(JAVA_LONG, Layout.SECRET + 16);
        secret3 = segment.get(JAVA_LONG, Layout.SECRET + 24);
        secret4 = segment.get(JAVA_LONG, Layout.SECRET + 32);
        secret5 = segment.get(JAVA_LONG, Layout.SECRET + 40);
    }

    long hash(long highA, long lowA, long highB, long lowB, long tuple, long membership) {
        long h = fold(lowA ^ secret0, lowB ^ secret1) ^ fold(tuple ^ secret2, membership ^ secret3);
        if ((highA | highB) != 0) {
            h ^= fold(highA ^ secret4, highB ^ secret5);
        }
        return fold(h ^ secret5, secret0 | 1);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }

    private long bucket(long hash) {
        return Layout.HEADER_BYTES + (hash & buckets - 1) * Layout.BUCKET_BYTES;
    }

    /** Returns an alternative bucket of an entry: {@code 1..}{@value Layout#DETOURS}. */
    private long detour(long hash, int number) {
        return Layout.HEADER_BYTES + ((hash >>> 28) + number & buckets - 1) * Layout.BUCKET_BYTES;
    }

    private static int tag(long hash) {
        return (int) (hash >>> 56) << Layout.SLOT_BITS;
    }

    /**
     * Looks up the entry of a connection; then its state and policy words are in the key.
     *
     * @return the slot, or -1
     */
    int find(ConnectionTuple key) {
        int slot = findIn(bucket(key.hash), key);
        if (slot < 0) {
            long strays = (long) LONG.getOpaque(segment, Layout.STRAYS);
            int detours = strays == 0 ? 0 : strays >>> 32 == 0 ? 1 : Layout.DETOURS;
            for (int number = 1; number <= detours && slot < 0; number++) {
                slot = findIn(detour(key.hash, number), key);
            }
        }
        return slot;
    }

    private int findIn(long bucket, ConnectionTuple key) {
        int tag = tag(key.hash);
        for (long at = address + bucket, end = at + Layout.BUCKET_BYTES; at < end; at += 4) {
            int word = TableWords.getIntOpaque(at);
            if ((word ^ tag) >>> Layout.SLOT_BITS == 0 && word != tag) {
                int slot = (word & Layout.SLOT_MASK) - 1;
                if (slot < capacity && table.holds(slot, key)) {
                    return slot;
                }
            }
        }
        return -1;
    }

    /** Adds an entry. @return the offset of its index word, or -1 when all its buckets are full */
    long publish(int slot, long hash) {
        int word = tag(hash) | slot + 1;
        long at = publishIn(bucket(hash), word);
        for (int number = 1; number <= Layout.DETOURS && at < 0; number++) {
            // Counted before it is inserted, so that no lookup misses it.
            LONG.getAndAdd(segment, Layout.STRAYS, strays(number));
            at = publishIn(detour(hash, number), word);
            if (at < 0) {
                LONG.getAndAdd(segment, Layout.STRAYS, -strays(number));
            }
        }
        return at;
    }

    /**
     * Returns the increment of the stray counter: the first alternative bucket counts in the lower half of the word,
     * the others in the upper half.
     */
    private static long strays(int number) {
        return number == 1 ? 1 : 1L << 32;
    }

    private long publishIn(long bucket, int word) {
        for (long at = bucket; at < bucket + Layout.BUCKET_BYTES; at += 4) {
            if ((int) INT.getOpaque(segment, at) == 0 && INT.compareAndSet(segment, at, 0, word)) {
                return at;
            }
        }
        return -1;
    }

    /** Returns whether an entry is in the index. */
    boolean contains(int slot, long hash) {
        int word = tag(hash) | slot + 1;
        boolean found = containsIn(bucket(hash), word);
        for (int number = 1; number <= Layout.DETOURS && !found; number++) {
            found = containsIn(detour(hash, number), word);
        }
        return found;
    }

    private boolean containsIn(long bucket, int word) {
        for (long at = bucket; at < bucket + Layout.BUCKET_BYTES; at += 4) {
            if ((int) INT.getOpaque(segment, at) == word) {
                return true;
            }
        }
        return false;
    }

    /** Removes an entry from the index. */
    void unpublish(int slot, long hash) {
        int word = tag(hash) | slot + 1;
        boolean found = unpublishIn(bucket(hash), word);
        for (int number = 1; number <= Layout.DETOURS && !found; number++) {
            found = unpublishIn(detour(hash, number), word);
            if (found) {
                LONG.getAndAdd(segment, Layout.STRAYS, -strays(number));
            }
        }
    }

    private boolean unpublishIn(long bucket, int word) {
        for (long at = bucket; at < bucket + Layout.BUCKET_BYTES; at += 4) {
            if ((int) INT.getOpaque(segment, at) == word && INT.compareAndSet(segment, at, word, 0)) {
                return true;
            }
        }
        return false;
    }

    /** Empties the index; before any worker runs. */
    void clear() {
        segment.asSlice(Layout.HEADER_BYTES, (long) buckets * Layout.BUCKET_BYTES).fill((byte) 0);
        segment.set(JAVA_LONG, Layout.STRAYS, 0);
    }
}
