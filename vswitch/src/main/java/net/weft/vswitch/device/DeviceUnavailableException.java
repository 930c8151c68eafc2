package net.weft.vswitch.device;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;

/**
 * Thrown when a device cannot be opened now. It has no stack trace, because a port that waits for its guest throws it
 * many times a second.
 */
public final class DeviceUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DeviceFailure failure;

    /** @param message one sentence: what is wrong, the value, and what to do */
    public DeviceUnavailableException(PortReason reason, String message) {
        super(message, null, false, false);
        failure = new DeviceFailure(reason, message);
    }

    /** The port reason and its sentence. */
    public DeviceFailure failure() {
        return failure;
    }
}
