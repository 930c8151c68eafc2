package net.weft.vswitch.device;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;

/** A device cannot be opened now. Without a stack trace: a port that waits for its guest meets it many times a second. */
public final class DeviceUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DeviceFailure failure;

    /** @param message one sentence: what, which value, what to do */
    public DeviceUnavailableException(PortReason reason, String message) {
        super(message, null, false, false);
        failure = new DeviceFailure(reason, message);
    }

    /** The reason and its sentence. */
    public DeviceFailure failure() {
        return failure;
    }
}
