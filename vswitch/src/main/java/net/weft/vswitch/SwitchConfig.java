package net.weft.vswitch;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.LagSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.stack.StackSpec;
import net.weft.zone.Zoning;

/**
 * The whole configuration of a switch, applied at once: no frame is forwarded by a part of it without the others.
 *
 * @param ports every port; names and numbers unique
 * @param attachments attachments of ports that have no device of their own ({@code DeviceSpec.Attached}); names unique
 * @param lags the ports whose legs a link protocol controls
 * @param lldp names of the ports that run LLDP
 * @param zoning zones and policies in force; when they change, connections are evaluated again at their next packet
 * @param queriers VLANs in which the switch is a multicast querier while it hears no other one (RFC 4541)
 * @param stack the part of the switch in a stack
 */
public record SwitchConfig(List<PortSpec> ports, List<AttachmentSpec> attachments, List<LagSpec> lags, Set<String> lldp,
        Zoning zoning, Set<Integer> queriers, StackSpec stack) {
    public SwitchConfig {
        ports = List.copyOf(ports);
        attachments = List.copyOf(attachments);
        lags = List.copyOf(lags);
        lldp = Set.copyOf(lldp);
        queriers = Set.copyOf(queriers);
    }

    /** Returns a configuration of ports that each have a device of their own, without zones and queriers. */
    public static SwitchConfig of(Collection<PortSpec> ports) {
        return of(ports, Zoning.OFF);
    }

    /** Returns a configuration of ports that each have a device of their own, without queriers. */
    public static SwitchConfig of(Collection<PortSpec> ports, Zoning zoning) {
        return new SwitchConfig(List.copyOf(ports), List.of(), List.of(), Set.of(), zoning, Set.of(),
                StackSpec.NONE);
    }

    /** Returns a copy with these attachments. */
    public SwitchConfig attached(AttachmentSpec... more) {
        return attached(List.of(more));
    }

    /** Returns a copy with these attachments. */
    public SwitchConfig attached(List<AttachmentSpec> more) {
        return new SwitchConfig(ports, more, lags, lldp, zoning, queriers, stack);
    }

    /** Returns a copy whose links these protocols run on. @param speakers names of the ports that run LLDP */
    public SwitchConfig linked(List<LagSpec> aggregations, Set<String> speakers) {
        return new SwitchConfig(ports, attachments, aggregations, speakers, zoning, queriers, stack);
    }

    /** Returns a copy with these queriers. @param vids VLAN IDs */
    public SwitchConfig querying(Set<Integer> vids) {
        return new SwitchConfig(ports, attachments, lags, lldp, zoning, vids, stack);
    }

    /** Returns a copy of a member of a stack. Ports with {@code DeviceSpec.Remote} are those of other members. */
    public SwitchConfig stacked(StackSpec member) {
        return new SwitchConfig(ports, attachments, lags, lldp, zoning, queriers, member);
    }
}
