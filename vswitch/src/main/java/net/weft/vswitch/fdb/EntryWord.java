package net.weft.vswitch.fdb;

import java.util.SplittableRandom;

/**
 * Encodes an entry of a {@link MacTable} as one word, by a keyed hash. The hash is a bijection of the 60-bit key, which
 * consists of 12 bits of VLAN and 48 bits of address. The lower {@value #BUCKET_BITS} bits of the hash select the
 * bucket, the other bits are stored in the word: {@code remainder(45) | port + 1 (17)}. So bucket and word together
 * identify the whole entry. The word 0 is an empty place.
 */
final class EntryWord {
    static final int BUCKET_BITS = 15;
    static final int PORT_BITS = 17;
    static final long EMPTY = 0;
    private static final long PORT_MASK = (1L << PORT_BITS) - 1;
    private static final long KEY_MASK = (1L << 60) - 1;
    private static final int VID_SHIFT = 48;
    private static final long MAC_MASK = (1L << VID_SHIFT) - 1;

    private final long secret;
    private final long multiplier;
    private final long inverse;

    EntryWord(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        secret = random.nextLong() & KEY_MASK;
        multiplier = random.nextLong() & KEY_MASK | 1;
        inverse = inverseOf(multiplier);
    }

    /** Returns the hash of a key, the argument of {@link #bucket} and {@link #of}. */
    long hash(int vid, long mac) {
        return mix((long) vid << VID_SHIFT | mac);
    }

    static int bucket(long hash) {
        return (int) hash & (1 << BUCKET_BITS) - 1;
    }

    /** Returns the word of an entry for a port. */
    static long of(long hash, int port) {
        return hash >>> BUCKET_BITS << PORT_BITS | port + 1;
    }

    /** Returns whether two words of one bucket have the same key; neither may be {@link #EMPTY}. */
    static boolean sameKey(long word, long other) {
        return ((word ^ other) & ~PORT_MASK) == 0;
    }

    /** Returns the port of a word, -1 for {@link #EMPTY}. */
    static int port(long word) {
        return (int) (word & PORT_MASK) - 1;
    }

    int vid(int bucket, long word) {
        return (int) (key(bucket, word) >>> VID_SHIFT);
    }

    long mac(int bucket, long word) {
        return key(bucket, word) & MAC_MASK;
    }

    private long key(int bucket, long word) {
        return unmix(word >>> PORT_BITS << BUCKET_BITS | bucket);
    }

    // Each step is a bijection of 60 bits: xor with a constant, odd multiplication modulo 2^60, xor with the upper half.
    private long mix(long key) {
        long h = (key ^ secret) * multiplier & KEY_MASK;
        h ^= h >>> 30;
        h = h * multiplier & KEY_MASK;
        return h ^ h >>> 30;
    }

    private long unmix(long mixed) {
        long h = mixed ^ mixed >>> 30;
        h = h * inverse & KEY_MASK;
        h ^= h >>> 30;
        return h * inverse & KEY_MASK ^ secret;
    }

    /** Inverse of an odd number modulo 2^64 (and so modulo 2^60), by Newton's iteration. */
    private static long inverseOf(long odd) {
        long x = odd;
        for (int i = 0; i < 5; i++) {
            x *= 2 - odd * x;
        }
        return x & KEY_MASK;
    }
}
