package net.weft.lacp;

/**
 * The mux machine, coupled and independent control (IEEE 802.1AX-2014, 6.4.15, figures 6-21 and 6-22), with one more state for a leg
 * that is drained. DRAINING stops distributing and shows Synchronization off, but collects until the partner has stopped: until it has
 * acknowledged Synchronization off and no longer shows Distributing. Open vSwitch stops, but goes on showing Distributing; a partner that
 * has acknowledged for {@link LacpTimes#DRAIN_GRACE_NS} therefore counts as stopped.
 */
final class MuxMachine {
    enum State {
        DETACHED, WAITING, ATTACHED, COLLECTING, DISTRIBUTING, COLLECTING_DISTRIBUTING, DRAINING
    }

    private final LegPort leg;
    private final ReceiveMachine receive;
    private final Timer waitWhile = new Timer();
    private final Timer grace = new Timer();
    private State state = State.DETACHED;
    private long waitingSinceNs;

    MuxMachine(LegPort leg, ReceiveMachine receive) {
        this.leg = leg;
        this.receive = receive;
    }

    State state() {
        return state;
    }

    /** Whether the leg belongs to its aggregator: ATTACHED or further. */
    boolean attached() {
        return state != State.DETACHED && state != State.WAITING;
    }

    /** Ready_N: the leg has waited long enough for others to come along. */
    boolean readyAlone(long nowNs) {
        return state == State.WAITING && waitWhile.expired(nowNs);
    }

    boolean waitedLongest(long nowNs) {
        return state == State.WAITING && nowNs - waitingSinceNs >= LacpTimes.LONGEST_WAIT_NS;
    }

    long remainingNs(long nowNs) {
        if (state == State.DRAINING) {
            return grace.remainingNs(nowNs);
        }
        if (state != State.WAITING) {
            return Timer.NEVER;
        }
        long untilReady = waitWhile.remainingNs(nowNs);
        if (untilReady > 0) {
            return untilReady;
        }
        long untilLongest = waitingSinceNs + LacpTimes.LONGEST_WAIT_NS - nowNs;
        return leg.selected == Selected.SELECTED && untilLongest > 0 ? untilLongest : Timer.NEVER;
    }

    boolean step(long nowNs) {
        if (state == State.DRAINING && leg.partnerSeesDraining() && !grace.running()) {
            grace.start(nowNs, LacpTimes.DRAIN_GRACE_NS);
        }
        State next = next(nowNs);
        if (next == state) {
            return false;
        }
        state = next;
        enter(nowNs);
        return true;
    }

    private State next(long nowNs) {
        boolean selected = leg.selected == Selected.SELECTED;
        boolean inSync = selected && leg.partnerIs(PortState.SYNCHRONIZATION);
        return switch (state) {
            case DETACHED -> leg.selected == Selected.UNSELECTED ? state : State.WAITING;
            case WAITING -> leg.selected == Selected.UNSELECTED
                    ? State.DETACHED
                    : selected && leg.ready ? State.ATTACHED : state;
            case ATTACHED -> !selected ? State.DETACHED : inSync ? working() : state;
            case COLLECTING -> drains()
                    ? State.DRAINING
                    : !inSync
                            ? State.ATTACHED
                            : leg.lag().control() == MuxControl.COUPLED
                                    ? State.COLLECTING_DISTRIBUTING
                                    : leg.partnerIs(PortState.COLLECTING) ? State.DISTRIBUTING : state;
            case DISTRIBUTING -> drains()
                    ? State.DRAINING
                    : inSync && leg.partnerIs(PortState.COLLECTING) && leg.lag().control() == MuxControl.INDEPENDENT
                            ? state
                            : State.COLLECTING;
            case COLLECTING_DISTRIBUTING -> drains()
                    ? State.DRAINING
                    : !inSync
                            ? State.ATTACHED
                            : leg.lag().control() == MuxControl.INDEPENDENT ? State.COLLECTING : state;
            case DRAINING -> drained(nowNs) ? State.DETACHED : selected ? State.ATTACHED : state;
        };
    }

    private State working() {
        return leg.lag().control() == MuxControl.COUPLED ? State.COLLECTING_DISTRIBUTING : State.COLLECTING;
    }

    private boolean drains() {
        return leg.drained() && leg.selected == Selected.STANDBY;
    }

    private boolean drained(long nowNs) {
        boolean stopped = leg.partnerSeesDraining() && (!leg.partnerIs(PortState.DISTRIBUTING) || grace.expired(nowNs));
        boolean lost = leg.speaksLacp() && !receive.current();
        return leg.selected == Selected.UNSELECTED || lost || (leg.drained() && stopped);
    }

    private void enter(long nowNs) {
        waitWhile.stop();
        grace.stop();
        if (state == State.WAITING) {
            waitWhile.start(nowNs, leg.aggregateWaitNs);
            waitingSinceNs = nowNs;
            return;
        }
        boolean distributing = state == State.DISTRIBUTING || state == State.COLLECTING_DISTRIBUTING;
        leg.set(PortState.SYNCHRONIZATION, state != State.DETACHED && state != State.DRAINING);
        leg.set(PortState.COLLECTING, state != State.DETACHED && state != State.ATTACHED);
        leg.set(PortState.DISTRIBUTING, distributing);
        if (state != State.DISTRIBUTING) {
            leg.needToTransmit = true;
        }
    }
}
