package net.weft.lacp;

/** A timer of a state machine, in the caller's time. */
final class Timer {
    static final long NEVER = Long.MAX_VALUE;

    private boolean running;
    private long deadlineNs;

    void start(long nowNs, long durationNs) {
        running = true;
        deadlineNs = nowNs + durationNs;
    }

    void stop() {
        running = false;
    }

    boolean running() {
        return running;
    }

    boolean expired(long nowNs) {
        return running && nowNs - deadlineNs >= 0;
    }

    /** Nanoseconds until it expires, 0 when it has expired, {@link #NEVER} while it is stopped. */
    long remainingNs(long nowNs) {
        return running ? Math.max(deadlineNs - nowNs, 0) : NEVER;
    }
}
