package net.weft.vswitch.forward;

import net.weft.vlan.VlanSet;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/** How a {@link Snapshot} keeps others safe from each port, by port index: the flag word, and the policers behind it. */
public final class PortProtections {
    /** {@link PortFlags} by port index. */
    public final int[] flags;
    /** Policers by port index; null where no port has the index. */
    final @Nullable PortLimits[] limits;
    /** Where workers find the newest multicast groups. */
    public final MulticastGroups groups;
    /** The VLANs that customers' frames travel in. */
    final VlanSet tunnels;

    /** The arrays are the new object's from now on. */
    public PortProtections(int[] flags, @Nullable PortLimits[] limits, MulticastGroups groups, VlanSet tunnels) {
        this.flags = flags;
        this.limits = limits;
        this.groups = groups;
        this.tunnels = tunnels;
    }

    /** The bits of {@link PortFlags} that say what is asked of a port's frames about addresses and zones. */
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

    /** No protections, for so many ports. */
    public static PortProtections none(int ports) {
        return new PortProtections(new int[ports], new @Nullable PortLimits[ports], new MulticastGroups(),
                VlanSet.EMPTY);
    }
}
