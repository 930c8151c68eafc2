package net.weft.vswitch;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.zone.Zoning;

/**
 * Everything a switch is wished to be, applied at once: no frame is forwarded by one part without the others.
 *
 * @param ports every port; names and numbers unique
 * @param attachments by which ports are reached that have no device of their own ({@code DeviceSpec.Attached}); names unique
 * @param zoning whose policies hold; where it changes, connections are evaluated again at their next packet
 * @param queriers VLANs in which the switch asks for multicast groups, while it hears nobody else ask (RFC 4541)
 */
public record SwitchConfig(List<PortSpec> ports, List<AttachmentSpec> attachments, Zoning zoning, Set<Integer> queriers) {
    public SwitchConfig {
        ports = List.copyOf(ports);
        attachments = List.copyOf(attachments);
        queriers = Set.copyOf(queriers);
    }

    /** Ports that each have a device of their own, without zones and queriers. */
    public static SwitchConfig of(Collection<PortSpec> ports) {
        return of(ports, Zoning.OFF);
    }

    /** Ports that each have a device of their own, without queriers. */
    public static SwitchConfig of(Collection<PortSpec> ports, Zoning zoning) {
        return new SwitchConfig(List.copyOf(ports), List.of(), zoning, Set.of());
    }

    /** The same with these attachments besides. */
    public SwitchConfig attached(AttachmentSpec... more) {
        return new SwitchConfig(ports, List.of(more), zoning, queriers);
    }

    /** The same with these queriers. */
    public SwitchConfig querying(Set<Integer> vids) {
        return new SwitchConfig(ports, attachments, zoning, vids);
    }
}
