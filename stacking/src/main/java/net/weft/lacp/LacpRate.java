package net.weft.lacp;

/** How often a LAG asks its partner to send LACPDUs. */
public enum LacpRate {
    /** One a second; a partner that is silent for 3 s is lost. */
    FAST(LacpTimes.SHORT_TIMEOUT_NS),
    /** One in 30 s; a partner that is silent for 90 s is lost. */
    SLOW(LacpTimes.LONG_TIMEOUT_NS);

    private final long timeoutNs;

    LacpRate(long timeoutNs) {
        this.timeoutNs = timeoutNs;
    }

    long timeoutNs() {
        return timeoutNs;
    }
}
