package net.weft.vswitch.worker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the faults of Weft's own that a worker has met, by kind, remembers the last one in words, and writes the first
 * {@value #LOGGED} and every death to the log. It outlives the worker's thread. The worker writes; any thread reads.
 */
public final class FaultCounter {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final int LOGGED = 20;

    /** What a worker was doing, and what the fault cost. */
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

    /** Counts a fault. The count comes first and allocates nothing, so that it holds when memory has run out. */
    void report(Kind kind, Throwable fault) {
        counts.incrementAndGet(kind.ordinal());
        last = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + kind.cost + ": " + fault;
        if (total() <= LOGGED || kind == Kind.DEATH) {
            LOG.log(System.Logger.Level.ERROR, "worker " + worker + ": " + kind.cost + "; please report this", fault);
        }
    }

    /** Counts what somebody else has logged. */
    void report(Kind kind, String sentence) {
        counts.incrementAndGet(kind.ordinal());
        last = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + kind.cost + ": " + sentence;
    }

    /** All faults since the start. */
    public long total() {
        long total = 0;
        for (int kind = 0; kind < counts.length(); kind++) {
            total += counts.get(kind);
        }
        return total;
    }

    /** Faults since the start by kind, without kinds that never happened. */
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

    /** The last fault with its time (UTC), what it cost and its cause; empty when there was none. */
    public String last() {
        return last;
    }
}
