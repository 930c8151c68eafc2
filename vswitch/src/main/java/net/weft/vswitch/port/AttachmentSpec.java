package net.weft.vswitch.port;

import java.util.List;
import net.weft.vswitch.device.DeviceSpec;

/**
 * The configuration of an attachment: a device that is a leg of one port, alone or in a link aggregation, or a socket
 * that serves several ports.
 * @param name unique among attachments; the name of the port if the port has a device of its own
 * @param device the device to open
 * @param ports names of the ports that it serves, at least one; a device distinguishes them by their position in this
 *            list
 * @param enabled false keeps the device closed
 * @param mtu largest layer-3 packet in bytes ({@code 68..65535}), or 0: the device's own
 */
public record AttachmentSpec(String name, DeviceSpec device, List<String> ports, boolean enabled, int mtu) {
    /** @throws IllegalArgumentException if there is no port */
    public AttachmentSpec {
        ports = List.copyOf(ports);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("attachment " + name + " serves no port: expected one or more");
        }
    }

    /** Returns the attachment of a port that has a device of its own. */
    public static AttachmentSpec of(PortSpec port) {
        return new AttachmentSpec(port.name(), port.device(), List.of(port.name()), port.enabled(), port.mtu());
    }
}
