package net.weft.controller.member;

import java.util.HashMap;
import java.util.Map;

/**
 * Busy time as a share: of the time since the worker was last looked at, at least a second ago, so that two viewers do not
 * shorten each other's interval to nothing. Any thread.
 */
final class BusyShare {
    private static final long MIN_INTERVAL_NS = 1_000_000_000L;

    private final Map<Integer, Sample> samples = new HashMap<>();
    private final long startedNs = System.nanoTime();

    private record Sample(long atNs, long busyNs, double percent) {
    }

    /** 0-100, one decimal. */
    synchronized double percent(int worker, long busyNs, long nowNs) {
        Sample last = samples.getOrDefault(worker, new Sample(startedNs, 0, 0));
        long elapsedNs = nowNs - last.atNs;
        if (elapsedNs < MIN_INTERVAL_NS && samples.containsKey(worker) || elapsedNs <= 0) {
            return last.percent;
        }
        double share = 1000.0 * (busyNs - last.busyNs) / elapsedNs;
        double percent = Math.clamp(Math.round(share) / 10.0, 0, 100);
        samples.put(worker, new Sample(nowNs, busyNs, percent));
        return percent;
    }
}
