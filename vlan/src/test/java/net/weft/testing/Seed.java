package net.weft.testing;

import java.util.Random;

/**
 * The seed of a randomised test. Each call prints the seed, as the option that makes the test take the same one again:
 * {@code ForwarderFuzzTest: -Dweft.seed=815}. A test that draws from nothing else repeats itself exactly with it; one with threads
 * repeats its input, not the order in which its threads run.
 */
public final class Seed {
    private static final String PROPERTY = "weft.seed";

    private Seed() {
    }

    /**
     * Returns what {@code -Dweft.seed} says, else a new seed. A test of many rounds gives each round the seed of the round before
     * plus one and names it in its failures, so that the failed round runs first when it is repeated.
     *
     * @param test the class whose name is printed
     * @throws IllegalArgumentException the property is not a number
     */
    public static long of(Class<?> test) {
        String asked = System.getProperty(PROPERTY);
        long seed = asked == null ? System.nanoTime() : parse(asked);
        System.out.println(test.getSimpleName() + ": -D" + PROPERTY + "=" + seed);
        return seed;
    }

    /** Returns a generator that starts from {@link #of(Class) the test's seed}. */
    public static Random random(Class<?> test) {
        return new Random(of(test));
    }

    private static long parse(String asked) {
        try {
            return Long.parseLong(asked);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + asked
                    + ": expected a whole number, as a test printed it", e);
        }
    }
}
