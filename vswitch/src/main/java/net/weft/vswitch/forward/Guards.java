package net.weft.vswitch.forward;

import java.util.Collection;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.attach.PortSupervisor;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/** The protections of a {@link Snapshot}, by port number. Where a port has none its flags are 0, and nothing else is read. */
public final class Guards {
    /** Flooded frames that come in are limited. */
    public static final int STORM = 1;
    /** All that comes in is limited. */
    public static final int INGRESS_RATE = 1 << 1;
    /** All that leaves is limited. */
    public static final int EGRESS_RATE = 1 << 2;
    public static final int BPDU_GUARD = 1 << 3;
    public static final int BPDU_FORWARD = 1 << 4;
    public static final int LOOP_PROBES = 1 << 5;
    /** The port is shut because of a loop: what comes in is looked at for probes only. */
    public static final int SHUT_LOOP = 1 << 6;
    /** The port is shut because of spanning tree. */
    public static final int SHUT_BPDU = 1 << 7;
    /** What comes in is a customer's, tags and all. */
    static final int TUNNEL = 1 << 8;
    /** Zones are judged. */
    public static final int ZONED = 1 << 9;
    /** What comes in must be from the port's own addresses. */
    static final int BOUND = 1 << 10;
    /** What comes in may claim an address that a port has declared. */
    public static final int WATCHED = 1 << 11;
    /** Bits for which headers are read. */
    static final int JUDGED = ZONED | BOUND | WATCHED;
    /** Bits that say something of every frame that comes in; the others concern flooded frames only. */
    static final int ADMISSION = TUNNEL | INGRESS_RATE | SHUT_LOOP | SHUT_BPDU;

    public final int[] flags;
    /** Null where the port has none and never punts. */
    final @Nullable PortLimits[] limits;
    /** What the switch itself speaks by, also while the port is shut; null while it has no device. */
    final @Nullable Device[] device;

    /** {@link LoopProbe#switchId()} */
    final long switchId;
    public final MulticastGroups groups;
    /** The VLANs that customers' frames travel in. */
    final VlanSet tunnels;

    public Guards(int[] flags, @Nullable PortLimits[] limits, @Nullable Device[] device, long switchId,
            MulticastGroups groups, VlanSet tunnels) {
        this.flags = flags;
        this.limits = limits;
        this.device = device;
        this.switchId = switchId;
        this.groups = groups;
        this.tunnels = tunnels;
    }

    /**
     * Those of the ports as they are now.
     *
     * @param size port numbers are below this
     */
    static Guards of(Collection<PortSupervisor> ports, int size, long switchId, MulticastGroups groups,
            ZoneTable zones) {
        int[] flags = new int[size];
        @Nullable
        PortLimits[] limits = new @Nullable PortLimits[size];
        @Nullable
        Device[] device = new @Nullable Device[size];
        VlanSet tunnels = VlanSet.EMPTY;
        for (PortSupervisor port : ports) {
            tunnels = tunnels.union(port.spec().membership().tunnels());
            int number = port.spec().number();
            flags[number] = port.limits().flags() | tunnelFlag(port.spec().membership()) | port.quarantine.flags()
                    | zoneFlags(zones, number);
            limits[number] = port.limits();
            device[number] = port.ownVoice();
        }
        return new Guards(flags, limits, device, switchId, groups, tunnels);
    }

    /** The bit of a tunnel port. */
    public static int tunnelFlag(VlanMembership membership) {
        return membership.isTunnel() ? TUNNEL : 0;
    }

    /** What of a port is asked about addresses and zones. */
    public static int zoneFlags(ZoneTable zones, int port) {
        return (zones.isActive() ? ZONED : 0) | (zones.isBound(port) ? BOUND : 0)
                | (zones.isWatched(port) ? WATCHED : 0);
    }

    /** The same in another's hands: what is taken from its buckets is missing from no other's. For a trace. */
    Guards copy() {
        @Nullable
        PortLimits[] copies = new @Nullable PortLimits[limits.length];
        for (int port = 0; port < copies.length; port++) {
            PortLimits original = limits[port];
            copies[port] = original == null ? null : original.copy();
        }
        return new Guards(flags, copies, device, switchId, groups, tunnels);
    }

    /** No protections. */
    public static Guards none(int ports) {
        return new Guards(new int[ports], new @Nullable PortLimits[ports], new @Nullable Device[ports], 0,
                new MulticastGroups(), VlanSet.EMPTY);
    }
}
