package net.weft.lacp;

import org.jspecify.annotations.Nullable;

/** The variables of one leg that its state machines share (IEEE 802.1AX-2014, 6.4.6 to 6.4.8). */
final class LegPort {
    private final int number;
    private LegConfig config;
    private LagConfig lag;
    private final SystemSource system;

    /** Carrier is present and the port is administratively up: port_enabled. */
    boolean enabled;
    /** A leg that leaves its LAG: it is treated as one without carrier, but may send a last LACPDU. */
    boolean leaving;
    boolean moved;
    boolean needToTransmit;
    /** The bits of Actor_Oper_Port_State. */
    int actorState = PortState.DEFAULTED;
    PortInfo partner = PortInfo.UNKNOWN;
    Selected selected = Selected.UNSELECTED;
    Reason reason = Reason.NO_CARRIER;
    boolean ready;
    boolean fallback;
    /** How long the mux machine waits for other legs when it enters WAITING. */
    long aggregateWaitNs = LacpTimes.AGGREGATE_WAIT_NS;
    @Nullable
    Lacpdu lastReceived;

    /** The system's own address, which every leg's Actor information begins with. */
    interface SystemSource {
        SystemId id(int priority);
    }

    LegPort(LegConfig config, LagConfig lag, SystemSource system) {
        this.number = config.number();
        this.config = config;
        this.lag = lag;
        this.system = system;
        administer();
    }

    int number() {
        return number;
    }

    LegConfig config() {
        return config;
    }

    LagConfig lag() {
        return lag;
    }

    /** Takes over changed settings. The partner is told when anything that it sees has changed. */
    void configure(LegConfig newConfig, LagConfig newLag) {
        PortInfo before = actor();
        config = newConfig;
        lag = newLag;
        administer();
        needToTransmit |= !before.equals(actor());
    }

    private void administer() {
        set(PortState.ACTIVITY, lag.mode() == LacpMode.ACTIVE);
        set(PortState.SHORT_TIMEOUT, lag.rate() == LacpRate.FAST);
        set(PortState.AGGREGATION, true);
    }

    boolean speaksLacp() {
        return lag.mode() != LacpMode.OFF;
    }

    boolean drained() {
        return config.drained();
    }

    void set(int bit, boolean on) {
        actorState = PortState.with(actorState, bit, on);
    }

    boolean is(int bit) {
        return PortState.has(actorState, bit);
    }

    boolean partnerIs(int bit) {
        return partner.has(bit);
    }

    /** The Actor information of this leg's LACPDUs. */
    PortInfo actor() {
        return new PortInfo(system.id(lag.systemPriority()), lag.key(), config.priority(), number, actorState);
    }

    /**
     * Partner_Admin: what is assumed about a partner that is not heard. The partner of a static LAG is assumed to be aggregatable and
     * collecting; that of a fallback leg is an individual that does; any other is unknown and out of synchronization.
     */
    PortInfo assumedPartner() {
        if (!speaksLacp()) {
            return PortInfo.UNKNOWN.withState(PortState.AGGREGATION | PortState.SYNCHRONIZATION | PortState.COLLECTING
                    | PortState.DISTRIBUTING);
        }
        return fallback
                ? PortInfo.UNKNOWN
                        .withState(PortState.SYNCHRONIZATION | PortState.COLLECTING | PortState.DISTRIBUTING)
                : PortInfo.UNKNOWN;
    }

    /** The function recordDefault (6.4.9). */
    void recordDefault() {
        partner = assumedPartner();
        lastReceived = null;
        set(PortState.DEFAULTED, true);
    }

    /** Whether the partner's last LACPDU repeats what only a draining leg says: collecting, but not in synchronization. */
    boolean partnerSeesDraining() {
        Lacpdu last = lastReceived;
        return last != null && !last.partner().has(PortState.SYNCHRONIZATION)
                && last.partner().has(PortState.COLLECTING);
    }
}
