package net.weft.packet;

import java.util.Random;

/** Randomness of a test that can be had again: the seed is printed, and {@code -Dweft.seed=N} sets it. */
public final class Replay {
    private Replay() {
    }

    public static Random random(Class<?> test) {
        return new Random(seed(test));
    }

    /** For tests of many rounds: each from the seed of the one before and one, so that a failed one can be had again alone. */
    public static long seed(Class<?> test) {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dweft.seed=" + seed);
        return seed;
    }
}
