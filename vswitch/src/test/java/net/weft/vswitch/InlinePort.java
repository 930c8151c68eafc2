package net.weft.vswitch;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.Protection;
import org.jspecify.annotations.Nullable;

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
    /** Flags of {@link net.weft.vswitch.forward.Guards} that a test set. */
    int shut;
    boolean down;

    InlinePort(String name, Device device, VlanMembership membership, int mtu, int macLimit, long nowNs) {
        this.name = name;
        this.device = device;
        this.membership = membership;
        this.mtu = mtu;
        this.macLimit = macLimit;
        limits = new PortLimits(Protection.NONE, nowNs);
    }

    /** Returns the device that snapshots name: null while the port is down. */
    @Nullable
    Device leg() {
        return down ? null : device;
    }
}
