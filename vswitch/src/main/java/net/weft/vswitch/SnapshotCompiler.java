package net.weft.vswitch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.attach.Aggregate;
import net.weft.vswitch.attach.AttachmentSupervisor;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.forward.FloodTable;
import net.weft.vswitch.forward.LegTable;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.PortProtections;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.MirrorTarget;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortIndices;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.zoning.Policies;
import net.weft.vswitch.zoning.ZoneTable;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import net.weft.zone.guard.AddressHolds;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a {@link Snapshot} of the current ports. Parts that did not change since the last one (the flood table, the
 * zone table) are reused as the same object: workers keep their flow caches while the zone table is the same. Control
 * thread only.
 */
final class SnapshotCompiler {
    private record Zoned(int index, PortZones zones, @Nullable AddressBinding binding, VlanMembership membership) {
    }

    private final PortIndices indices;
    private final LinkState links;
    private final MulticastGroups groups;
    private final AddressHolds holds;
    private long epoch;
    private List<@Nullable VlanMembership> flooded = List.of();
    private FloodTable floods = FloodTable.of(new VlanMembership[0]);
    private VlanSet tunnels = VlanSet.EMPTY;
    private List<Zoned> zoned = List.of();
    private ZoneTable zones = ZoneTable.off(0);
    private int zonedSize;

    /** @param holds what was seen of the ports' addresses */
    SnapshotCompiler(PortIndices indices, LinkState links, MulticastGroups groups, AddressHolds holds) {
        this.indices = indices;
        this.links = links;
        this.groups = groups;
        this.holds = holds;
    }

    /**
     * Compiles a snapshot of the ports; does not change their link state.
     *
     * @param legs upper bound of leg numbers, exclusive
     * @param policies the policies that packets are evaluated by
     */
    Snapshot compile(Collection<Port> ports, int legs, Policies policies) {
        int size = indices.size();
        Snapshot.Ports columns = Snapshot.Ports.empty(size);
        LegTable.Builder table = new LegTable.Builder(size, legs);
        List<Mirroring> mirrors = new ArrayList<>();
        @Nullable
        VlanMembership[] flooded = new @Nullable VlanMembership[size];
        for (Port port : ports) {
            int index = port.index;
            PortSpec spec = port.spec();
            boolean isQuiet = spec.device() instanceof DeviceSpec.Attached attached && !attached.takesFloods();
            flooded[index] = isQuiet ? null : spec.membership();
            columns.number()[index] = spec.number();
            columns.membership()[index] = spec.membership();
            columns.mtu()[index] = port.mtu();
            columns.macLimit()[index] = spec.macLimit();
            columns.counters()[index] = port.counters;
            addLegs(port, table);
            MirrorTarget target = spec.mirror();
            int to = target == null ? -1 : indices.index(target.port());
            if (target != null && to >= 0) {
                mirrors.add(new Mirroring(index, to, target.vid()));
            }
        }
        compileFloods(flooded);
        compileZones(ports, size, policies);
        return new Snapshot(++epoch, columns, table.build(), links, floods, protections(ports, size), mirrors, zones);
    }

    private static void addLegs(Port port, LegTable.Builder table) {
        List<AttachmentSupervisor> legs = port.legs();
        Aggregate lag = port.aggregate();
        if (lag != null) {
            addLegs(port, lag, table);
            return;
        }
        int[] numbers = new int[legs.size()];
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] = legs.get(n).number;
            table.device(numbers[n], port.device(n));
        }
        table.port(port.index, numbers);
    }

    private static void addLegs(Port port, Aggregate lag, LegTable.Builder table) {
        List<@Nullable AttachmentSupervisor> slots = lag.slots(port.legs());
        int[] numbers = new int[slots.size()];
        @Nullable
        LagLeg[] own = new @Nullable LagLeg[numbers.length];
        for (int slot = 0; slot < numbers.length; slot++) {
            AttachmentSupervisor leg = slots.get(slot);
            numbers[slot] = leg == null ? LegTable.FREE : leg.number;
            if (leg != null) {
                table.device(leg.number, leg.usableDevice());
                own[slot] = lag.own(leg.spec().name());
            }
        }
        table.lag(port.index, numbers, own, lag.selection.buckets(), lag.spec().fields());
    }

    private void compileFloods(@Nullable VlanMembership[] membership) {
        List<@Nullable VlanMembership> now = Arrays.asList(membership);
        if (!now.equals(flooded)) {
            flooded = now;
            floods = FloodTable.of(membership);
            tunnels = VlanSet.EMPTY;
            for (VlanMembership member : now) {
                tunnels = member == null || member.tunnels().isEmpty() ? tunnels : tunnels.union(member.tunnels());
            }
        }
    }

    private void compileZones(Collection<Port> ports, int size, Policies policies) {
        List<Zoned> now = ports.stream()
                .map(port -> new Zoned(port.index, port.spec().zones(), port.spec().binding(),
                        port.spec().membership()))
                .toList();
        if (size == zonedSize && policies == zones.policies && now.equals(zoned)) {
            return;
        }
        zoned = now;
        zonedSize = size;
        ZoneTable.Builder builder = new ZoneTable.Builder(size, policies, holds);
        now.forEach(port -> builder.port(port.index, port.zones, port.binding, port.membership));
        zones = builder.build();
    }

    private PortProtections protections(Collection<Port> ports, int size) {
        int[] flags = new int[size];
        @Nullable
        PortLimits[] limits = new @Nullable PortLimits[size];
        for (Port port : ports) {
            int index = port.index;
            flags[index] = port.limits().flags() | port.linkFlags() | PortFlags.of(port.spec().membership())
                    | port.errDisabled.flags()
                    | PortProtections.zoneFlags(zones, index);
            limits[index] = port.limits();
        }
        return new PortProtections(flags, limits, groups, tunnels);
    }
}
