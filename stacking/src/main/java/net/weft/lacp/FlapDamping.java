package net.weft.lacp;

/**
 * Wait-to-restore of one leg. A leg that failed while it distributed is used again only after it has been well for a while: for the
 * configured time after its first failure, and for twice as long after each further one, up to {@value #LONGEST_SECONDS} s. The second
 * and later waits are at least {@value #LEAST_SECONDS} s even if none is configured. A leg that has distributed for
 * {@value #FORGIVEN_AFTER_SECONDS} s starts anew.
 */
final class FlapDamping {
    static final int LEAST_SECONDS = 1;
    static final int LONGEST_SECONDS = 60;
    static final int FORGIVEN_AFTER_SECONDS = 60;

    private static final int MOST_DOUBLINGS = 6;

    private int failures;
    private boolean well;
    private boolean waived = true;
    private long wellSinceNs;
    private long distributingSinceNs;
    private boolean distributing;

    /** Takes note of what the leg does now. Call before anything else at a time. */
    void observe(boolean isWell, boolean isDistributing, long nowNs) {
        if (isWell && !well) {
            wellSinceNs = nowNs;
        }
        well = isWell;
        if (isDistributing && !distributing) {
            distributingSinceNs = nowNs;
        }
        distributing = isDistributing;
        if (distributing && nowNs - distributingSinceNs >= FORGIVEN_AFTER_SECONDS * LacpTimes.SECOND_NS) {
            failures = 0;
        }
    }

    /** The leg can no longer distribute, and nobody asked for that. */
    void failed(long nowNs) {
        failures++;
        waived = false;
        wellSinceNs = nowNs;
    }

    /** Ends the wait, because the LAG cannot do without the leg. */
    void waive() {
        waived = true;
    }

    boolean waiting(long waitToRestoreNs, long nowNs) {
        return remainingNs(waitToRestoreNs, nowNs) > 0;
    }

    /** Nanoseconds that the leg must still be well, 0 when it may be used. */
    long remainingNs(long waitToRestoreNs, long nowNs) {
        return waived || failures == 0 ? 0 : Math.max(wellSinceNs + holdNs(waitToRestoreNs) - nowNs, 0);
    }

    private long holdNs(long waitToRestoreNs) {
        if (failures <= 1) {
            return waitToRestoreNs;
        }
        long least = Math.max(waitToRestoreNs, LEAST_SECONDS * LacpTimes.SECOND_NS);
        long doubled = least << Math.min(failures - 1, MOST_DOUBLINGS);
        return Math.max(waitToRestoreNs, Math.min(doubled, LONGEST_SECONDS * LacpTimes.SECOND_NS));
    }
}
