package net.weft.vswitch.port;

import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * The status of one leg of a port.
 * @param name name of its attachment
 * @param number number of its attachment, as in bursts and punted frames
 * @param failure why the leg does not forward frames, or null
 * @param memorySealed whether the memory of the guest behind it cannot be cut off; null where there is none
 */
public record LegStatus(String name, int number, @Nullable DeviceFailure failure, @Nullable Boolean memorySealed) {
    /** Creates the status of a leg without a guest's memory. */
    public LegStatus(String name, int number, @Nullable DeviceFailure failure) {
        this(name, number, failure, null);
    }
}
