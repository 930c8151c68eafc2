package net.weft.vswitch;

import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.PuntRule;

/** The configuration of one port of an {@link InlineSwitch}, to be changed and then published. */
final class InlinePort {
    final String name;
    final Device device;
    /** Largest layer-3 packet, bytes. */
    final int mtu;
    /** MAC entries that the port may have, 0 for no limit. */
    final int macLimit;
    final PortCounters counters = new PortCounters(1);
    VlanMembership membership;
    PortLimits limits;
    /** Flags of {@link net.weft.vswitch.port.PortFlags} that a test set. */
    int shut;
    boolean down;
    /** The devices of further legs, if the port is a link aggregation. */
    List<Device> furtherLegs = List.of();

    InlinePort(String name, Device device, VlanMembership membership, int mtu, int macLimit,
            List<PuntRule> puntRules, long nowNs) {
        this.name = name;
        this.device = device;
        this.membership = membership;
        this.mtu = mtu;
        this.macLimit = macLimit;
        limits = new PortLimits(Protection.NONE, puntRules, nowNs);
    }
}
