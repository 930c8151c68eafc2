package net.weft.lacp;

/** The periodic transmission machine (IEEE 802.1AX-2014, 6.4.13, figure 6-19). */
final class PeriodicMachine {
    enum State {
        NO_PERIODIC, FAST_PERIODIC, SLOW_PERIODIC, PERIODIC_TX
    }

    private final LegPort leg;
    private final Timer periodic = new Timer();
    private State state = State.NO_PERIODIC;

    PeriodicMachine(LegPort leg) {
        this.leg = leg;
    }

    State state() {
        return state;
    }

    long remainingNs(long nowNs) {
        return periodic.remainingNs(nowNs);
    }

    boolean step(long nowNs) {
        State next = next(nowNs);
        if (next == state) {
            return false;
        }
        state = next;
        switch (next) {
            case NO_PERIODIC -> periodic.stop();
            case FAST_PERIODIC -> periodic.start(nowNs, LacpTimes.FAST_PERIODIC_NS);
            case SLOW_PERIODIC -> periodic.start(nowNs, LacpTimes.SLOW_PERIODIC_NS);
            case PERIODIC_TX -> leg.needToTransmit = true;
        }
        return true;
    }

    private State next(long nowNs) {
        if (!transmits()) {
            return State.NO_PERIODIC;
        }
        boolean fast = leg.partnerIs(PortState.SHORT_TIMEOUT);
        return switch (state) {
            case NO_PERIODIC -> State.FAST_PERIODIC;
            case FAST_PERIODIC -> periodic.expired(nowNs)
                    ? State.PERIODIC_TX
                    : fast ? state : State.SLOW_PERIODIC;
            case SLOW_PERIODIC -> fast || periodic.expired(nowNs) ? State.PERIODIC_TX : state;
            case PERIODIC_TX -> fast ? State.FAST_PERIODIC : State.SLOW_PERIODIC;
        };
    }

    private boolean transmits() {
        return leg.enabled && leg.speaksLacp() && (leg.is(PortState.ACTIVITY) || leg.partnerIs(PortState.ACTIVITY));
    }
}
