package net.weft.vswitch.port;

import java.util.List;
import net.weft.vswitch.burst.DeviceFailure;
import org.jspecify.annotations.Nullable;

/**
 * How a port is.
 *
 * @param spec what it is wished to be
 * @param failure why it is not up, or null
 * @param mtu largest layer-3 packet it carries now, bytes; 0 while its device is closed
 * @param counters live counters
 * @param stations addresses learned on it
 * @param legs the attachments by which it is reached
 */
public record PortStatus(PortSpec spec, @Nullable DeviceFailure failure, int mtu, PortCounters counters, int stations,
        List<LegStatus> legs) {
    /** A port with one leg, of which nothing is said. */
    public PortStatus(PortSpec spec, @Nullable DeviceFailure failure, int mtu, PortCounters counters, int stations) {
        this(spec, failure, mtu, counters, stations, List.of());
    }


    /** {@code up}, {@code down} or {@code disabled}. */
    public String state() {
        return !spec.enabled() ? "disabled" : failure == null ? "up" : "down";
    }

    /** Whether the port carries frames. */
    public boolean isUp() {
        return spec.enabled() && failure == null;
    }
}
