package net.weft.vswitch.port;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** Keeps one port shut while the cause is still seen, and for a while after it was seen last. The clock is the caller's. */
public final class ErrDisabled {
    private @Nullable DeviceFailure cause;
    private long untilNs;

    /**
     * The cause was seen.
     *
     * @param holdNs how long the port stays shut if it is not seen again
     * @return whether the port was open until now, or is now shut for another reason
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

    /** Whether the time has come to open the port again, which is then open. */
    public boolean ends(long nowNs) {
        if (cause == null || untilNs - nowNs > 0) {
            return false;
        }
        cause = null;
        return true;
    }

    /** Why the port is shut, or null. */
    @Nullable
    public DeviceFailure cause() {
        return cause;
    }

    /** The {@link PortFlags} bit of the cause, 0 while the port is open. */
    public int flags() {
        DeviceFailure now = cause;
        return now == null ? 0 : now.reason() == PortReason.LOOP_DETECTED ? PortFlags.SHUT_LOOP : PortFlags.SHUT_BPDU;
    }
}
