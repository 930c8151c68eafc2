package net.weft.vswitch.fdb;

import java.util.SplittableRandom;

/** A keyed bijection of 60 bits, so that nobody can aim at a bucket of the {@link MacTable}. Immutable. */
final class MacHash {
    private static final long KEY_MASK = (1L << 60) - 1;

    private final long secret;
    private final long multiplier;
    private final long inverse;

    MacHash(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        secret = random.nextLong() & KEY_MASK;
        multiplier = random.nextLong() & KEY_MASK | 1;
        inverse = inverseOf(multiplier);
    }

    // Each step is a bijection of 60 bits: xor with a constant, odd multiplication modulo 2^60, xor with the upper half.
    long mix(long key) {
        long h = (key ^ secret) * multiplier & KEY_MASK;
        h ^= h >>> 30;
        h = h * multiplier & KEY_MASK;
        return h ^ h >>> 30;
    }

    long unmix(long mixed) {
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
