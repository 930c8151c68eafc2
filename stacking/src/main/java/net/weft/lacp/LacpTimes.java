package net.weft.lacp;

/** The constants of IEEE 802.1AX-2014, 6.4.4, in nanoseconds, and the limits of this implementation. */
final class LacpTimes {
    static final long SECOND_NS = 1_000_000_000L;
    static final long FAST_PERIODIC_NS = SECOND_NS;
    static final long SLOW_PERIODIC_NS = 30 * SECOND_NS;
    static final long SHORT_TIMEOUT_NS = 3 * SECOND_NS;
    static final long LONG_TIMEOUT_NS = 90 * SECOND_NS;
    static final long CHURN_DETECTION_NS = 60 * SECOND_NS;
    static final long AGGREGATE_WAIT_NS = 2 * SECOND_NS;
    /** A leg that waits for others to become ready attaches alone after this time, so that a leg that flaps holds up no other. */
    static final long LONGEST_WAIT_NS = 2 * AGGREGATE_WAIT_NS;
    /** A partner that has seen a leg draining for this time counts as stopped, whatever it says about itself. */
    static final long DRAIN_GRACE_NS = SHORT_TIMEOUT_NS;
    /** At most so many LACPDUs leave a leg within {@link #FAST_PERIODIC_NS} (6.4.16). */
    static final int TRANSMIT_LIMIT = 3;
    /** At most so many PDUs of one protocol are read from a leg, or Markers answered, in a second (IEEE 802.3, 57A.2). */
    static final int RECEIVE_LIMIT = 10;

    private LacpTimes() {
    }
}
