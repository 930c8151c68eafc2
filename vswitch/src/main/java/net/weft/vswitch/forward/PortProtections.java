package net.weft.vswitch.forward;

import net.weft.vlan.VlanSet;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/** The protections of the ports in a {@link Snapshot}, by port index: the flag word of each port and its policers. */
public final class PortProtections {
    /** The {@link PortFlags} word of each port index. */
    public final int[] flags;
    /** The policers of each port index; null if no port has the index. */
    final @Nullable PortLimits[] limits;
    /** Holder of the newest multicast groups. */
    public final MulticastGroups groups;
    /** The VLANs of tunnels, which carry customers' frames. */
    final VlanSet tunnels;

    /** The new object owns the arrays: the caller must not change them afterwards. */
    public PortProtections(int[] flags, @Nullable PortLimits[] limits, MulticastGroups groups, VlanSet tunnels) {
        this.flags = flags;
        this.limits = limits;
        this.groups = groups;
        this.tunnels = tunnels;
    }

    /** Returns the {@link PortFlags} bits for address checks and zones of a port. */
    public static int zoneFlags(ZoneTable zones, int port) {
        return (zones.isActive() ? PortFlags.ZONED : 0)
                | (zones.isBound(port) ? PortFlags.BOUND : 0)
                | (zones.isWatched(port) ? PortFlags.WATCHED : 0);
    }

    /** A copy with its own token buckets, so that a trace consumes no tokens of the live ports. */
    PortProtections copy() {
        @Nullable
        PortLimits[] copies = new @Nullable PortLimits[limits.length];
        for (int port = 0; port < copies.length; port++) {
            PortLimits original = limits[port];
            copies[port] = original == null ? null : original.copy();
        }
        return new PortProtections(flags, copies, groups, tunnels);
    }

    /** Returns empty protections for {@code ports} ports. */
    public static PortProtections none(int ports) {
        return new PortProtections(new int[ports], new @Nullable PortLimits[ports], new MulticastGroups(),
                VlanSet.EMPTY);
    }
}
