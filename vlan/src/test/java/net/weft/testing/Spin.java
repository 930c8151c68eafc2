package net.weft.testing;

import java.util.function.BooleanSupplier;

/** Waits without sleeping for what other threads do within microseconds. Nothing here waits without end. */
public final class Spin {
    private static final long LIMIT_NS = 60_000_000_000L;

    private Spin() {
    }

    /**
     * Returns as soon as a condition holds.
     *
     * @param awaited what the test waits for, for the failure: "the worker has stalled"
     * @throws AssertionError the condition did not hold within 60 s, or the thread was interrupted, as JUnit's time-out does
     */
    public static void until(String awaited, BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted while waiting: " + awaited);
            }
            if (System.nanoTime() - startNs > LIMIT_NS) {
                throw new AssertionError("did not happen within 60 s: " + awaited);
            }
            Thread.onSpinWait();
        }
    }
}
