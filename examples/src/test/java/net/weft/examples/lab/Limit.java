package net.weft.examples.lab;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Bounds on time and on processor time, which hold on a machine that does nothing else. Proofs set {@code -Dweft.limit.factor=1}
 * and so demand the bound itself; elsewhere others may use the machine, and {@value #FACTOR_ELSEWHERE} times as much is
 * allowed: enough to see that something broke, whatever ran beside it.
 */
public final class Limit {
    private static final int FACTOR_ELSEWHERE = 5;
    private static final int FACTOR = Integer.getInteger("weft.limit.factor", FACTOR_ELSEWHERE);

    private Limit() {
    }

    public static Duration of(Duration bound) {
        return bound.multipliedBy(FACTOR);
    }

    /** All ways in which a test is to be run for a proof; elsewhere the first alone. */
    @SafeVarargs
    public static <T> Stream<T> ways(T first, T... others) {
        return Stream.concat(Stream.of(first), FACTOR == 1 ? Stream.of(others) : Stream.of());
    }

    /** @param bound in any unit */
    public static double of(double bound) {
        return bound * FACTOR;
    }
}
