package net.weft.controller.server.remote;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts what the network listener refused, by reason, and has the first refusal of each reason and peer in a while logged.
 * What strangers can cause is bounded: nothing is kept for each of them. Any thread.
 */
public final class Refused {
    private static final long LOGGED_EVERY_NS = 10_000_000_000L;
    private static final System.Logger AUDIT = System.getLogger("net.weft.audit");

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Long> loggedAtNs = new ConcurrentHashMap<>();
    private final LongSupplier nowNs;

    public Refused(LongSupplier nowNs) {
        this.nowNs = nowNs;
    }

    /**
     * Counts a refusal.
     *
     * @param reason one of a few words
     */
    void count(String reason, String peer, String message) {
        counts.computeIfAbsent(reason, _ -> new LongAdder()).increment();
        long now = nowNs.getAsLong();
        Long before = loggedAtNs.get(reason);
        if (before == null || now - before > LOGGED_EVERY_NS) {
            loggedAtNs.put(reason, now);
            AUDIT.log(System.Logger.Level.WARNING, "refused to " + peer + ": " + reason + ": " + message);
        }
    }

    /** Returns the number of refusals by reason, since the start. */
    public Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((reason, count) -> all.put(reason, count.sum()));
        return all;
    }
}
