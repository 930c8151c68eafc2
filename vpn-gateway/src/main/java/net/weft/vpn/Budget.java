package net.weft.vpn;

/** A limit on how often something happens: a number of times a second, of which some may come at once. Any thread. */
final class Budget {
    private static final long SECOND_NS = 1_000_000_000;

    private final long intervalNs;
    private final long reserveNs;
    private boolean isUsed;
    private long spentNs;

    /**
     * @param perSecond times a second, 1 to 1,000,000
     * @param atOnce times that may come at once after a pause
     */
    Budget(int perSecond, int atOnce) {
        intervalNs = SECOND_NS / perSecond;
        reserveNs = atOnce * intervalNs;
    }

    /** Takes one of the times; false if there is none left now. */
    synchronized boolean take(long nowNs) {
        if (!isUsed || nowNs - spentNs > reserveNs) {
            isUsed = true;
            spentNs = nowNs - reserveNs;
        }
        if (nowNs - spentNs < intervalNs) {
            return false;
        }
        spentNs += intervalNs;
        return true;
    }
}
