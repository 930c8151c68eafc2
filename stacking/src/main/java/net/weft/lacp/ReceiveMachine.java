package net.weft.lacp;

/**
 * The receive machine (IEEE 802.1AX-2014, 6.4.12, figure 6-18).
 * <p>
 * It differs from the figure in one point: in LACP_DISABLED the assumed partner of a static LAG is aggregatable, because Weft's static
 * LAGs are aggregated by the administrator's word.
 */
final class ReceiveMachine {
    enum State {
        INITIALIZE, PORT_DISABLED, EXPIRED, LACP_DISABLED, DEFAULTED, CURRENT
    }

    private final LegPort leg;
    private final Timer currentWhile = new Timer();
    private State state = State.INITIALIZE;

    ReceiveMachine(LegPort leg) {
        this.leg = leg;
        initialize();
    }

    State state() {
        return state;
    }

    boolean current() {
        return state == State.CURRENT;
    }

    long remainingNs(long nowNs) {
        return currentWhile.remainingNs(nowNs);
    }

    /** Takes one transition that time or a variable asks for; false when there is none. */
    boolean step(long nowNs) {
        State next = next(nowNs);
        if (next == state) {
            return false;
        }
        enter(next, nowNs);
        return true;
    }

    /** A LACPDU was received. Only EXPIRED, DEFAULTED and CURRENT read it; false otherwise. */
    boolean received(Lacpdu pdu, long nowNs) {
        if (state != State.EXPIRED && state != State.DEFAULTED && state != State.CURRENT) {
            return false;
        }
        updateSelected(pdu.actor());
        updateNeedToTransmit(pdu.partner());
        record(pdu);
        currentWhile.start(nowNs, leg.lag().rate().timeoutNs());
        leg.set(PortState.EXPIRED, false);
        state = State.CURRENT;
        return true;
    }

    private State next(long nowNs) {
        if (state == State.INITIALIZE) {
            return State.PORT_DISABLED;
        }
        if (!leg.enabled) {
            return leg.moved ? State.INITIALIZE : State.PORT_DISABLED;
        }
        return switch (state) {
            case PORT_DISABLED -> leg.moved ? State.INITIALIZE : enabled();
            case EXPIRED -> afterLacp(currentWhile.expired(nowNs) ? State.DEFAULTED : state);
            case CURRENT -> afterLacp(currentWhile.expired(nowNs) ? State.EXPIRED : state);
            case DEFAULTED -> afterLacp(state);
            case LACP_DISABLED -> leg.speaksLacp() ? State.PORT_DISABLED : state;
            case INITIALIZE -> State.PORT_DISABLED;
        };
    }

    private State enabled() {
        return leg.speaksLacp() ? State.EXPIRED : State.LACP_DISABLED;
    }

    private State afterLacp(State otherwise) {
        return leg.speaksLacp() ? otherwise : State.PORT_DISABLED;
    }

    private void enter(State next, long nowNs) {
        state = next;
        switch (next) {
            case INITIALIZE -> initialize();
            case PORT_DISABLED -> {
                leg.partner = leg.partner.with(PortState.SYNCHRONIZATION, false);
                currentWhile.stop();
            }
            case EXPIRED -> {
                leg.partner = leg.partner.with(PortState.SYNCHRONIZATION, false).with(PortState.SHORT_TIMEOUT, true);
                currentWhile.start(nowNs, LacpTimes.SHORT_TIMEOUT_NS);
                leg.set(PortState.EXPIRED, true);
            }
            case LACP_DISABLED -> {
                leg.selected = Selected.UNSELECTED;
                leg.recordDefault();
                currentWhile.stop();
                leg.set(PortState.EXPIRED, false);
            }
            case DEFAULTED -> {
                updateDefaultSelected();
                leg.recordDefault();
                currentWhile.stop();
                leg.set(PortState.EXPIRED, false);
            }
            case CURRENT -> throw new IllegalStateException("CURRENT is entered by a LACPDU only");
        }
    }

    private void initialize() {
        leg.selected = Selected.UNSELECTED;
        leg.recordDefault();
        leg.set(PortState.EXPIRED, false);
        leg.moved = false;
    }

    private void updateSelected(PortInfo heard) {
        if (!heard.sameLink(leg.partner)) {
            leg.selected = Selected.UNSELECTED;
        }
    }

    private void updateDefaultSelected() {
        if (!leg.assumedPartner().sameLink(leg.partner)) {
            leg.selected = Selected.UNSELECTED;
        }
    }

    private void updateNeedToTransmit(PortInfo believed) {
        int seen = PortState.ACTIVITY | PortState.SHORT_TIMEOUT | PortState.SYNCHRONIZATION | PortState.AGGREGATION;
        PortInfo actor = leg.actor();
        if (!believed.sameLink(actor) || ((believed.state() ^ actor.state()) & seen) != 0) {
            leg.needToTransmit = true;
        }
    }

    /** The function recordPDU (6.4.9): the partner is in synchronization only while it means this leg and keeps the link alive. */
    private void record(Lacpdu pdu) {
        PortInfo sender = pdu.actor();
        boolean alive = sender.has(PortState.ACTIVITY)
                || (leg.is(PortState.ACTIVITY) && pdu.partner().has(PortState.ACTIVITY));
        boolean agrees = pdu.partner().sameLink(leg.actor()) || !sender.has(PortState.AGGREGATION);
        boolean synchronizedPartner = sender.has(PortState.SYNCHRONIZATION) && alive && agrees;
        leg.partner = sender.with(PortState.SYNCHRONIZATION, synchronizedPartner);
        leg.lastReceived = pdu;
        leg.set(PortState.DEFAULTED, false);
    }
}
