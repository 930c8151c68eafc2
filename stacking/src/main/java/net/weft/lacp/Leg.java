package net.weft.lacp;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One leg with its state machines and counters. */
final class Leg {
    final LegPort port;
    final ReceiveMachine receive;
    final PeriodicMachine periodic;
    final MuxMachine mux;
    final ChurnMachine actorChurn;
    final ChurnMachine partnerChurn;
    final Transmitter transmitter;
    final FlapDamping damping = new FlapDamping();

    private final RateWindow lacpdusAdmitted = new RateWindow(LacpTimes.RECEIVE_LIMIT);
    private final RateWindow markersAdmitted = new RateWindow(LacpTimes.RECEIVE_LIMIT);
    private final Map<PduFault, Long> faults = new EnumMap<>(PduFault.class);
    private long lacpdusReceived;
    private long lacpdusSent;
    private long markersReceived;
    private boolean collectingTold;
    private boolean distributingTold;

    Leg(LegConfig config, LagConfig lag, LegPort.SystemSource system) {
        port = new LegPort(config, lag, system);
        receive = new ReceiveMachine(port);
        periodic = new PeriodicMachine(port);
        mux = new MuxMachine(port, receive);
        actorChurn = new ChurnMachine(port, () -> port.is(PortState.SYNCHRONIZATION));
        partnerChurn = new ChurnMachine(port, () -> port.partnerIs(PortState.SYNCHRONIZATION));
        transmitter = new Transmitter(port, periodic);
    }

    int number() {
        return port.number();
    }

    /** Whether the leg has carrier and will stay. */
    boolean present() {
        return port.enabled && !port.leaving;
    }

    /** Whether the partner is known: heard in time, or assumed because the LAG is static. */
    boolean partnerKnown() {
        return present() && (receive.current() || receive.state() == ReceiveMachine.State.LACP_DISABLED);
    }

    boolean distributing() {
        return port.is(PortState.DISTRIBUTING);
    }

    /** Whether a leg that distributes may go on, whatever the selection says. */
    boolean well() {
        return (partnerKnown() || (port.fallback && present())) && port.partnerIs(PortState.SYNCHRONIZATION)
                && (port.lag().control() == MuxControl.COUPLED || port.partnerIs(PortState.COLLECTING));
    }

    void count(PduFault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    /** Counts a LACPDU; false, and counted as {@link PduFault#TOO_MANY}, when the leg sends them too fast. */
    boolean admitLacpdu(long nowNs) {
        return admit(lacpdusAdmitted, nowNs) && ++lacpdusReceived > 0;
    }

    boolean admitMarker(long nowNs) {
        return admit(markersAdmitted, nowNs) && ++markersReceived > 0;
    }

    private boolean admit(RateWindow window, long nowNs) {
        boolean admitted = window.admit(nowNs);
        if (!admitted) {
            count(PduFault.TOO_MANY);
        }
        return admitted;
    }

    byte @Nullable [] dueFrame(long nowNs) {
        byte[] frame = transmitter.due(nowNs);
        if (frame != null) {
            lacpdusSent++;
        }
        return frame;
    }

    /** Tells the data path when the leg must no longer distribute or collect. */
    void tellStops(LagOutput output) {
        if (distributingTold && !distributing()) {
            distributingTold = false;
            output.distributing(number(), false);
        }
        if (collectingTold && !port.is(PortState.COLLECTING)) {
            collectingTold = false;
            output.collecting(number(), false);
        }
    }

    /** Tells the data path when the leg may collect or distribute. */
    void tellStarts(LagOutput output) {
        if (!collectingTold && port.is(PortState.COLLECTING)) {
            collectingTold = true;
            output.collecting(number(), true);
        }
        if (!distributingTold && distributing()) {
            distributingTold = true;
            output.distributing(number(), true);
        }
    }

    long remainingNs(long nowNs) {
        long machines = Math.min(Math.min(receive.remainingNs(nowNs), periodic.remainingNs(nowNs)),
                Math.min(mux.remainingNs(nowNs), transmitter.remainingNs(nowNs)));
        long churns = Math.min(actorChurn.remainingNs(nowNs), partnerChurn.remainingNs(nowNs));
        long wait = damping.remainingNs(port.lag().waitToRestoreNs(), nowNs);
        return Math.min(Math.min(machines, churns), wait > 0 && present() ? wait : Timer.NEVER);
    }

    LegState state() {
        if (!port.enabled) {
            return LegState.DOWN;
        }
        return switch (mux.state()) {
            case DISTRIBUTING, COLLECTING_DISTRIBUTING -> LegState.DISTRIBUTING;
            case COLLECTING, DRAINING -> LegState.COLLECTING;
            case ATTACHED -> LegState.ATTACHED;
            case DETACHED, WAITING -> unattachedState();
        };
    }

    private LegState unattachedState() {
        return switch (port.reason) {
            case DRAINED -> LegState.DRAINED;
            case NO_LACP, PARTNER_INDIVIDUAL -> port.drained() ? LegState.DRAINED : LegState.INDIVIDUAL;
            default -> LegState.STANDBY;
        };
    }

    LegView view() {
        return new LegView(number(), port.config().name(), state(), port.reason, port.actor(), port.partner,
                actorChurn.churning(), partnerChurn.churning(), lacpdusReceived, lacpdusSent, markersReceived,
                new EnumMap<>(faults));
    }
}
