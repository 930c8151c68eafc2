package net.weft.lacp;

import org.jspecify.annotations.Nullable;

/** The transmit machine (IEEE 802.1AX-2014, 6.4.16): at most three LACPDUs within a second, and none while nobody is active. */
final class Transmitter {
    /** IEEE 802.1AX-2014, 6.4.4: a collector that delays no frame. */
    private static final int COLLECTOR_MAX_DELAY = 0;

    private final LegPort leg;
    private final PeriodicMachine periodic;
    private final RateWindow window = new RateWindow(LacpTimes.TRANSMIT_LIMIT);

    Transmitter(LegPort leg, PeriodicMachine periodic) {
        this.leg = leg;
        this.periodic = periodic;
    }

    /** The LACPDU that is due now, as a frame; null when there is none. */
    byte @Nullable [] due(long nowNs) {
        if (periodic.state() == PeriodicMachine.State.NO_PERIODIC) {
            leg.needToTransmit = false;
        }
        if (!leg.needToTransmit || !window.admit(nowNs)) {
            return null;
        }
        leg.needToTransmit = false;
        return SlowFrames.write(new Lacpdu(leg.actor(), leg.partner, COLLECTOR_MAX_DELAY), leg.config().mac());
    }

    long remainingNs(long nowNs) {
        return leg.needToTransmit ? window.waitNs(nowNs) : Timer.NEVER;
    }
}
