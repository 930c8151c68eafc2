package net.weft.lacp;

/** One of the two churn detection machines (IEEE 802.1AX-2014, 6.4.17): watches one end's Synchronization. */
final class ChurnMachine {
    enum State {
        NO_CHURN, CHURN_MONITOR, CHURN
    }

    /** Whether the end that is watched is in synchronization. */
    interface Synchronization {
        boolean reached();
    }

    private final LegPort leg;
    private final Synchronization synchronization;
    private final Timer churn = new Timer();
    private State state = State.NO_CHURN;

    ChurnMachine(LegPort leg, Synchronization synchronization) {
        this.leg = leg;
        this.synchronization = synchronization;
    }

    State state() {
        return state;
    }

    boolean churning() {
        return state == State.CHURN;
    }

    long remainingNs(long nowNs) {
        return churn.remainingNs(nowNs);
    }

    boolean step(long nowNs) {
        State next = next(nowNs);
        boolean changed = next != state;
        state = next;
        if (next != State.CHURN_MONITOR || !leg.enabled) {
            churn.stop();
        } else if (changed || !churn.running()) {
            churn.start(nowNs, LacpTimes.CHURN_DETECTION_NS);
        }
        return changed;
    }

    private State next(long nowNs) {
        if (!leg.enabled) {
            return State.CHURN_MONITOR;
        }
        if (synchronization.reached()) {
            return State.NO_CHURN;
        }
        return switch (state) {
            case NO_CHURN -> State.CHURN_MONITOR;
            case CHURN_MONITOR -> churn.expired(nowNs) ? State.CHURN : state;
            case CHURN -> state;
        };
    }
}
