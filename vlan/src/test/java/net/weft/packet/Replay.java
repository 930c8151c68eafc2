package net.weft.packet;

import java.util.Random;

/** Randomness of a test that can be had again: the seed is printed, and {@code -Dweft.seed=N} sets it. */
public final class Replay {
    private Replay() {
    }

    public static Random random(Class<?> test) {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dweft.seed=" + seed);
        return new Random(seed);
    }
}
