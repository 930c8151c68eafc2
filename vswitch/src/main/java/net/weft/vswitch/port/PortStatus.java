package net.weft.vswitch.port;

import java.util.List;
import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * The status of a port.
 * @param spec the configuration of the port
 * @param failure why the port is not up, or null
 * @param mtu MTU now: the largest layer-3 packet in bytes; 0 while the device is closed
 * @param counters the live counters
 * @param stations number of MAC addresses learned on the port
 * @param legs the legs of the port
 */
public record PortStatus(PortSpec spec, @Nullable DeviceFailure failure, int mtu, PortCounters counters, int stations,
        List<LegStatus> legs) {
    /** Creates a status without details of the legs. */
    public PortStatus(PortSpec spec, @Nullable DeviceFailure failure, int mtu, PortCounters counters, int stations) {
        this(spec, failure, mtu, counters, stations, List.of());
    }


    /** Returns {@code up}, {@code down} or {@code disabled}. */
    public String state() {
        return !spec.enabled() ? "disabled" : failure == null ? "up" : "down";
    }

    /** Returns whether the port forwards frames. */
    public boolean isUp() {
        return spec.enabled() && failure == null;
    }
}
