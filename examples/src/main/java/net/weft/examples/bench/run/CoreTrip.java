package net.weft.examples.bench.run;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.CurrentThread;

/**
 * The round trip of one cache line between two processors: how far apart their caches are at this moment. On a virtual
 * machine it changes within seconds, because the host moves virtual processors between chiplets, and it changes what any
 * switch can carry by half. So it is measured beside every window of a benchmark.
 * <p>
 * Two threads, one bound to each processor, write the same word in turn. The result is the least mean over batches of
 * {@value #TRIPS} trips, so that other work on these processors does not count as long as one batch runs undisturbed.
 */
public final class CoreTrip {
    /** Trips of a batch: short beside a time slice, long beside the clock's resolution. */
    private static final int TRIPS = 100;
    private static final long LEAST_NS = 4_000_000;
    private static final long LONGEST_NS = 60_000_000;
    private static final int ENOUGH_BATCHES = 40;
    private static final int SPINS_A_CHECK = 1024;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    /** The word lies in a cache line, or two, of its own. */
    private static final int AT = 32;

    private final long[] line = new long[2 * AT];
    private final AtomicBoolean stopping = new AtomicBoolean();

    private CoreTrip() {
    }

    /**
     * Measures; takes {@value #LEAST_NS} ns to {@value #LONGEST_NS} ns.
     *
     * @return nanoseconds; infinite if the processors never ran both threads at once
     */
    public static double measureNs(int first, int second) throws InterruptedException {
        CoreTrip trip = new CoreTrip();
        Thread echo = Thread.ofPlatform().daemon().name("echo").start(() -> trip.echo(second));
        double[] result = {Double.POSITIVE_INFINITY};
        Thread caller = Thread.ofPlatform().daemon().name("caller").start(() -> result[0] = trip.call(first));
        caller.join();
        trip.stopping.set(true);
        echo.join();
        return result[0];
    }

    private double call(int cpu) {
        CurrentThread.cpu(cpu);
        long startNs = System.nanoTime();
        double least = Double.POSITIVE_INFINITY;
        long turn = 1;
        for (int batch = 0;; batch++) {
            long beginNs = System.nanoTime();
            if (beginNs - startNs > LONGEST_NS || batch >= ENOUGH_BATCHES && beginNs - startNs > LEAST_NS) {
                return least;
            }
            for (int n = 0; n < TRIPS; n++) {
                WORD.setRelease(line, AT, turn);
                if (!await(turn + 1, startNs)) {
                    return least;
                }
                turn += 2;
            }
            least = Math.min(least, (System.nanoTime() - beginNs) / (double) TRIPS);
        }
    }

    private boolean await(long value, long startNs) {
        for (int spins = 1; (long) WORD.getAcquire(line, AT) != value; spins++) {
            if (spins % SPINS_A_CHECK == 0 && System.nanoTime() - startNs > LONGEST_NS) {
                return false;
            }
        }
        return true;
    }

    private void echo(int cpu) {
        CurrentThread.cpu(cpu);
        long turn = 1;
        while (!stopping.get()) {
            for (int spins = 0; spins < SPINS_A_CHECK; spins++) {
                if ((long) WORD.getAcquire(line, AT) == turn) {
                    WORD.setRelease(line, AT, turn + 1);
                    turn += 2;
                }
            }
        }
    }
}
