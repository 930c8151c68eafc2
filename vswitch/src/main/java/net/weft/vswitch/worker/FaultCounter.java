package net.weft.vswitch.worker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the internal faults of a worker by kind, keeps a description of the last one, and logs the first {@value
 * #LOGGED} and every death. It outlives the worker's thread. The worker writes; any thread reads.
 */
public final class FaultCounter {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final int LOGGED = 20;

    /** The operation that failed, with a sentence on its consequence. */
    enum Kind {
        RECEIVE("a port failed while receiving"), RELEASE("a port failed while taking frames back"), SLEEP(
                "a port failed while going to sleep"), ATTACH("a port failed when the worker took it on"), FORWARD(
                        "a burst was given up"), HELD("frames that were held were given up"), TURN(
                                "a turn was given up"), WAKE("waking up failed"), DEATH(
                                        "the worker ended"), STUCK("the worker was stuck");

        private final String cost;

        Kind(String cost) {
            this.cost = cost;
        }

        /** The key in {@code show workers -o json}, for example {@code receive}. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final int worker;
    private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);
    private volatile String last = "";

    FaultCounter(int worker) {
        this.worker = worker;
    }

    /**
     * Counts and logs a fault. The count comes first and allocates nothing, so that it succeeds even without free
     * memory.
     */
    void report(Kind kind, Throwable fault) {
        counts.incrementAndGet(kind.ordinal());
        last = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + kind.cost + ": " + fault;
        if (total() <= LOGGED || kind == Kind.DEATH) {
            LOG.log(System.Logger.Level.ERROR, "worker " + worker + ": " + kind.cost + "; please report this", fault);
        }
    }

    /** Counts a fault that the caller has logged. */
    void report(Kind kind, String sentence) {
        counts.incrementAndGet(kind.ordinal());
        last = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + kind.cost + ": " + sentence;
    }

    /** Returns the number of faults since the start. */
    public long total() {
        long total = 0;
        for (int kind = 0; kind < counts.length(); kind++) {
            total += counts.get(kind);
        }
        return total;
    }

    /** Returns the number of faults since the start by kind; kinds that never happened are absent. */
    public Map<String, Long> byKind() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            long count = counts.get(kind.ordinal());
            if (count > 0) {
                all.put(kind.label(), count);
            }
        }
        return all;
    }

    /**
     * Returns a description of the last fault: its time (UTC), its consequence and its cause. Empty when there was
     * none.
     */
    public String last() {
        return last;
    }
}
