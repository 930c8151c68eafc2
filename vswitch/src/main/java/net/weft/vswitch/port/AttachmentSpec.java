package net.weft.vswitch.port;

import java.util.List;
import net.weft.vswitch.device.DeviceSpec;

/**
 * A device by which ports are to be reached: a leg of one port (link aggregation), or a socket that serves several.
 *
 * @param name unique among attachments; that of its port where a port has a device of its own
 * @param device what is opened
 * @param ports names of the ports that it serves, at least one; a device tells them apart by their place in this list
 * @param enabled false keeps the device closed
 * @param mtu largest layer-3 packet in bytes ({@code 68..65535}), or 0: the device's own
 */
public record AttachmentSpec(String name, DeviceSpec device, List<String> ports, boolean enabled, int mtu) {
    /**
     * @throws IllegalArgumentException without a port
     */
    public AttachmentSpec {
        ports = List.copyOf(ports);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("attachment " + name + " serves no port: expected one or more");
        }
    }

    /** The attachment of a port that has a device of its own. */
    public static AttachmentSpec of(PortSpec port) {
        return new AttachmentSpec(port.name(), port.device(), List.of(port.name()), port.enabled(), port.mtu());
    }
}
