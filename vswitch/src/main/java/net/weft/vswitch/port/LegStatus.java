package net.weft.vswitch.port;

import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * How one leg of a port is.
 *
 * @param name of its attachment
 * @param number of its attachment, as frames of a burst and punted frames carry it
 * @param failure why it carries nothing, or null
 */
public record LegStatus(String name, int number, @Nullable DeviceFailure failure) {
}
