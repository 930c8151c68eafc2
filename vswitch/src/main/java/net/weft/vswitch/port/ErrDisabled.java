package net.weft.vswitch.port;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * The err-disabled state of one port: the port stays err-disabled while the cause is still detected, and for a hold
 * time after it was detected last. The caller passes the time, by a monotonic clock in nanoseconds.
 */
public final class ErrDisabled {
    private @Nullable DeviceFailure cause;
    private long untilNs;

    /**
     * Reports that a cause was detected. A cause does not replace another one whose hold time has not ended.
     * @param holdNs hold time if the cause is not detected again
     * @return true if the port became err-disabled, or the reason changed
     */
    public boolean saw(PortReason reason, String message, long nowNs, long holdNs) {
        DeviceFailure before = cause;
        if (before != null && before.reason() != reason && untilNs - nowNs > 0) {
            return false;
        }
        untilNs = nowNs + holdNs;
        if (before != null && before.reason() == reason) {
            return false;
        }
        cause = new DeviceFailure(reason, message);
        return true;
    }

    /** Ends the err-disabled state if its hold time is over; returns whether it ended now. */
    public boolean ends(long nowNs) {
        if (cause == null || untilNs - nowNs > 0) {
            return false;
        }
        cause = null;
        return true;
    }

    /** Ends the err-disabled state because the port was configured anew: what caused it must be detected again. */
    public void clear() {
        cause = null;
    }

    /** Returns why the port is err-disabled, or null. */
    @Nullable
    public DeviceFailure cause() {
        return cause;
    }

    /** Returns the {@link PortFlags} bit of the cause, 0 if the port is not err-disabled. */
    public int flags() {
        DeviceFailure now = cause;
        return now == null ? 0 : switch (now.reason()) {
            case LOOP_DETECTED -> PortFlags.SHUT_LOOP;
            case MAC_MOVE -> PortFlags.SHUT_MOVE;
            default -> PortFlags.SHUT_BPDU;
        };
    }
}
