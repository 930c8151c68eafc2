package net.weft.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Bounds on time and on processor time. A proof ({@code examples/prove}, which sets {@code -Dweft.limit.factor=1}) is run on a
 * machine that does nothing else and holds the bound itself. Every other run may share its machine and holds
 * {@value #FACTOR_ELSEWHERE} times the bound: it shows that something broke, not that the bound holds. Each check prints what was
 * measured and which of the two it was held to, so that no green run is taken for more than it showed.
 */
public final class Limit {
    private static final int FACTOR_ELSEWHERE = 5;
    private static final int FACTOR = Integer.getInteger("weft.limit.factor", FACTOR_ELSEWHERE);

    private Limit() {
    }

    /** Whether bounds are held as they are stated. */
    public static boolean isProof() {
        return FACTOR == 1;
    }

    /** Returns what this run holds instead of a bound of a quiet machine. */
    public static Duration held(Duration bound) {
        return bound.multipliedBy(FACTOR);
    }

    /**
     * Holds a measured time to the bound of this run.
     *
     * @param what names what was measured: "first forwarded frame after the start"
     * @param bound of a quiet machine
     * @throws AssertionError it took as long as the bound of this run, or longer
     */
    public static void hold(String what, Duration measured, Duration bound) {
        hold(what, measured.toNanos() / 1e6, bound.toNanos() / 1e6, "ms");
    }

    /** As {@link #hold(String, Duration, Duration)}, for a figure of any unit. */
    public static void hold(String what, double measured, double bound, String unit) {
        String held = isProof()
                ? "held to %.4g %s".formatted(bound, unit)
                : "held to %.4g %s, %d times the %.4g of a proof".formatted(bound * FACTOR, unit, FACTOR, bound);
        System.out.printf("%s: %.4g %s, %s%n", what, measured, unit, held);
        assertThat(measured).as("%s, %s, %s", what, unit, held).isLessThan(bound * FACTOR);
    }

    /** Returns all ways in which a proof runs a test; other runs take the first alone. */
    @SafeVarargs
    public static <T> Stream<T> ways(T first, T... others) {
        return Stream.concat(Stream.of(first), isProof() ? Stream.of(others) : Stream.of());
    }
}
