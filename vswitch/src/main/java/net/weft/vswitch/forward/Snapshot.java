package net.weft.vswitch.forward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.attach.Migration;
import net.weft.vswitch.attach.Migrations;
import net.weft.vswitch.attach.PortSupervisor;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.MirrorTarget;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.Policies;
import net.weft.vswitch.zoning.ZoneTable;
import net.weft.zone.guard.AddressHolds;
import org.jspecify.annotations.Nullable;

/**
 * The forwarding configuration as the workers read it: immutable, arrays indexed by port number, replaced as a whole.
 * <p>
 * The supervisor publishes a new one with a release store; each worker picks it up between two bursts. Learned addresses
 * live outside and survive. A port that is down stays here without a leg, so that frames for it are dropped and counted.
 */
public final class Snapshot {
    /** Grows by one with each snapshot; a worker reports the newest it has picked up. */
    public final long epoch;
    /** Membership by port number; null where no port has the number. */
    public final @Nullable VlanMembership[] membership;
    /** The leg each port is reached by; null while it is down. */
    public final @Nullable Device[] leg;
    /** Largest layer-3 packet the port carries, bytes. */
    public final int[] mtu;
    /** Stations the port may have, 0 for no limit. */
    public final int[] macLimit;
    /** Counters by port number. */
    public final @Nullable PortCounters[] counters;
    /** By VID, the ports a flooded frame goes to; members that are down are left out. */
    final int[][] flood;

    /** Protections by port number. */
    public final Guards guards;
    /** Ports whose frames are copied to others. */
    public final List<Mirroring> mirrors;
    /** Zones of the ports, and whom they may claim to be. */
    public final ZoneTable zones;

    /** Without protections. */
    public Snapshot(long epoch, @Nullable VlanMembership[] membership, @Nullable Device[] leg, int[] mtu, int[] macLimit,
            @Nullable PortCounters[] counters) {
        this(epoch, membership, leg, mtu, macLimit, counters, Guards.none(membership.length));
    }

    public Snapshot(long epoch, @Nullable VlanMembership[] membership, @Nullable Device[] leg, int[] mtu, int[] macLimit,
            @Nullable PortCounters[] counters, Guards guards) {
        this(epoch, membership, leg, mtu, macLimit, counters, guards, List.of(),
                ZoneTable.off(membership.length));
    }

    public Snapshot(long epoch, @Nullable VlanMembership[] membership, @Nullable Device[] leg, int[] mtu, int[] macLimit,
            @Nullable PortCounters[] counters, Guards guards, List<Mirroring> mirrors, ZoneTable zones) {
        this.epoch = epoch;
        this.membership = membership;
        this.leg = leg;
        this.mtu = mtu;
        this.macLimit = macLimit;
        this.counters = counters;
        this.guards = guards;
        this.mirrors = mirrors;
        this.zones = zones;
        this.flood = floodLists(membership, leg);
    }

    /**
     * The ports as they are now.
     *
     * @param migrations by whose legs ports are reached on their way
     * @param switchId {@link LoopProbe#switchId()}
     * @param groups where workers find where multicast goes
     * @param policies that are judged by
     * @param holds what was seen of the ports' addresses
     */
    public static Snapshot of(long epoch, Collection<PortSupervisor> ports, Migrations migrations, long switchId,
            MulticastGroups groups, Policies policies, AddressHolds holds) {
        int size = size(ports);
        @Nullable
        VlanMembership[] membership = new @Nullable VlanMembership[size];
        @Nullable
        Device[] leg = new @Nullable Device[size];
        @Nullable
        PortCounters[] counters = new @Nullable PortCounters[size];
        int[] mtu = new int[size];
        int[] macLimit = new int[size];
        List<Mirroring> mirrors = new ArrayList<>();
        ZoneTable.Builder zoned = new ZoneTable.Builder(size, policies, holds);
        for (PortSupervisor port : ports) {
            int number = port.spec().number();
            Migration migration = migrations.running(port.spec().name());
            membership[number] = port.spec().membership();
            leg[number] = migration == null ? port.leg() : migration.leg();
            counters[number] = port.counters;
            mtu[number] = migration == null ? port.mtu() : migration.mtu();
            macLimit[number] = port.spec().macLimit();
            zoned.port(number, port.spec().zones(), port.spec().binding(), port.spec().membership(),
                    leg[number] != null);
            MirrorTarget target = port.spec().mirror();
            if (target != null && target.port() < size) {
                mirrors.add(new Mirroring(number, target.port(), target.vid()));
            }
        }
        ZoneTable zones = zoned.build();
        return new Snapshot(epoch, membership, leg, mtu, macLimit, counters,
                Guards.of(ports, size, switchId, groups, zones), mirrors, zones);
    }

    /** The highest number of a port, plus one. */
    public static int size(Collection<PortSupervisor> ports) {
        return 1 + ports.stream().mapToInt(port -> port.spec().number()).max().orElse(-1);
    }

    /** No ports. */
    public static Snapshot empty() {
        return new Snapshot(0, new VlanMembership[0], new Device[0], new int[0], new int[0], new PortCounters[0]);
    }

    /** The same switch with other legs, MTUs and counters, and without mirrors, for a trace. */
    public Snapshot with(@Nullable Device[] legs, int[] mtus, @Nullable PortCounters[] fresh) {
        return new Snapshot(epoch, membership, legs, mtus, macLimit, fresh, guards.copy(), List.of(), zones);
    }

    /** Port numbers are below this. */
    public int ports() {
        return membership.length;
    }

    private static int[][] floodLists(@Nullable VlanMembership[] membership, @Nullable Device[] leg) {
        int[] up = new int[membership.length];
        int[][] lists = new int[4096][];
        int[] none = {};
        for (int vid = 0; vid < lists.length; vid++) {
            int count = 0;
            for (int port = 0; port < membership.length; port++) {
                VlanMembership member = membership[port];
                if (vid > 0 && vid < 4095 && member != null && leg[port] != null && member.isMember(vid)) {
                    up[count++] = port;
                }
            }
            lists[vid] = count == 0 ? none : Arrays.copyOf(up, count);
        }
        return lists;
    }
}
