package net.weft.vswitch.port;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.device.DeviceSpec;
import org.jspecify.annotations.Nullable;

/**
 * The status of one leg of a port.
 * @param name name of its attachment
 * @param number number of its attachment, as in bursts and punted frames
 * @param failure why the leg has no link, or null
 * @param device the device of its attachment
 * @param mtu MTU of the device in bytes (layer-3 packet); 0 while it is closed
 * @param counters its own counters; null unless the port is a link aggregation
 * @param memorySealed whether the memory of the guest behind it cannot be cut off; null where there is none
 */
public record LegStatus(String name, int number, @Nullable DeviceFailure failure, DeviceSpec device, int mtu,
        @Nullable LegCounters counters, @Nullable Boolean memorySealed) {
}
