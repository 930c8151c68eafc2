package net.weft.lacp;

/** Admits at most a number of events in any one second: the times of the last admitted ones are kept. */
final class RateWindow {
    private final long[] admittedNs;
    private int admitted;

    RateWindow(int limit) {
        admittedNs = new long[limit];
    }

    /** Whether an event may happen now; then it is counted. */
    boolean admit(long nowNs) {
        if (waitNs(nowNs) > 0) {
            return false;
        }
        admittedNs[admitted % admittedNs.length] = nowNs;
        admitted++;
        if (admitted == 2 * admittedNs.length) {
            admitted = admittedNs.length;
        }
        return true;
    }

    /** Nanoseconds until the next event may happen. */
    long waitNs(long nowNs) {
        if (admitted < admittedNs.length) {
            return 0;
        }
        long oldest = admittedNs[admitted % admittedNs.length];
        return Math.max(oldest + LacpTimes.SECOND_NS - nowNs, 0);
    }
}
