package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** The first page of a table: its identity, and whether its content is valid. The magic number is written last. */
final class TableHeader {
    /**
     * The number of slots after the used ones that are checked: if they are not zero, the number of used slots is
     * wrong.
     */
    private static final int UNUSED_LOOKED_AT = 16;

    private TableHeader() {
    }

    static long bytes(int capacity) {
        return Layout.HEADER_BYTES + (long) buckets(capacity) * Layout.BUCKET_BYTES
                + (long) capacity * Layout.ENTRY_BYTES;
    }

    /** Returns the number of buckets: a power of two, such that at least half of the places stay empty. */
    static int buckets(int capacity) {
        if (capacity < 1 || capacity > Layout.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "a table of " + capacity + " connections: expected 1 to " + Layout.MAX_CAPACITY);
        }
        int needed = Math.max(1, (capacity * 2 + Layout.WAYS - 1) / Layout.WAYS);
        return Integer.highestOneBit(needed * 2 - 1);
    }

    static Attachment open(MemorySegment segment, int capacity, long bootHigh, long bootLow, long seed, int nowSeconds,
            int coldSeconds) {
        Attachment found = inspect(segment, capacity, bootHigh, bootLow);
        if (found != Attachment.RESUMED) {
            if (found != Attachment.EMPTY) {
                segment.asSlice(0, bytes(capacity)).fill((byte) 0);
            }
            make(segment, capacity, bootHigh, bootLow, seed, nowSeconds + coldSeconds);
        }
        if (found == Attachment.RESUMED && (int) segment.get(JAVA_LONG, Layout.COLD_UNTIL) - nowSeconds > coldSeconds) {
            segment.set(JAVA_LONG, Layout.COLD_UNTIL, nowSeconds);
        }
        segment.set(JAVA_LONG, Layout.GENERATION, segment.get(JAVA_LONG, Layout.GENERATION) + 1);
        return found;
    }

    /** Returns what {@link #open} would find; changes nothing. */
    static Attachment inspect(MemorySegment segment, int capacity, long bootHigh, long bootLow) {
        long magic = segment.get(JAVA_LONG, Layout.MAGIC);
        if (magic != Layout.MAGIC_VALUE) {
            return magic == 0 && isZero(segment, 0, entries(capacity, Math.min(capacity, UNUSED_LOOKED_AT)))
                    ? Attachment.EMPTY
                    : Attachment.DAMAGED;
        }
        long shape = segment.get(JAVA_LONG, Layout.SHAPE);
        if (shape >>> 32 != Layout.VERSION_VALUE) {
            return Attachment.OTHER_VERSION;
        }
        long used = segment.get(JAVA_LONG, Layout.USED);
        if (segment.get(JAVA_LONG, Layout.CHECK) != check(segment)) {
            return Attachment.DAMAGED;
        }
        if ((int) shape != capacity) {
            return Attachment.OTHER_CAPACITY;
        }
        if (used < 0 || used > capacity || !isZero(segment, entries(capacity, used), entries(capacity,
                Math.min(capacity, used + UNUSED_LOOKED_AT)))) {
            return Attachment.DAMAGED;
        }
        boolean sameBoot = segment.get(JAVA_LONG, Layout.BOOT_HIGH) == bootHigh
                && segment.get(JAVA_LONG, Layout.BOOT_LOW) == bootLow;
        return sameBoot ? Attachment.RESUMED : Attachment.OTHER_BOOT;
    }

    private static long entries(int capacity, long slot) {
        return Layout.HEADER_BYTES + (long) buckets(capacity) * Layout.BUCKET_BYTES + slot * Layout.ENTRY_BYTES;
    }

    private static boolean isZero(MemorySegment segment, long from, long to) {
        for (long at = from; at < to; at += 8) {
            if (segment.get(JAVA_LONG, at) != 0) {
                return false;
            }
        }
        return true;
    }

    private static void make(MemorySegment segment, int capacity, long bootHigh, long bootLow, long seed,
            int coldUntil) {
        segment.set(JAVA_LONG, Layout.SHAPE, (long) Layout.VERSION_VALUE << 32 | capacity);
        segment.set(JAVA_LONG, Layout.BOOT_HIGH, bootHigh);
        segment.set(JAVA_LONG, Layout.BOOT_LOW, bootLow);
        SplittableRandom random = new SplittableRandom(seed);
        for (int word = 0; word < Layout.SECRET_WORDS; word++) {
            segment.set(JAVA_LONG, Layout.SECRET + word * 8L, random.nextLong());
        }
        segment.set(JAVA_LONG, Layout.CHECK, check(segment));
        segment.set(JAVA_LONG, Layout.COLD_UNTIL, coldUntil);
        Layout.LONG.setRelease(segment, Layout.MAGIC, Layout.MAGIC_VALUE);
    }

    private static long check(MemorySegment segment) {
        long sum = Layout.MAGIC_VALUE;
        for (long at = Layout.SHAPE; at < Layout.CHECK; at += 8) {
            sum = (sum ^ segment.get(JAVA_LONG, at)) * 0x9E37_79B9_7F4A_7C15L;
            sum ^= sum >>> 29;
        }
        return sum;
    }
}
