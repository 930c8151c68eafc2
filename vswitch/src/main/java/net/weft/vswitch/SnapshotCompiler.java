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
import net.weft.vswitch.stack.StackLinkSpec;
import net.weft.vswitch.stack.StackLinks;
import net.weft.vswitch.stack.StackSpec;
import net.weft.vswitch.stack.StackTable;
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
    private final StackLinks stackLinks;
    private long epoch;
    private List<@Nullable VlanMembership> flooded = List.of();
    private FloodTable floods = FloodTable.of(new VlanMembership[0]);
    private VlanSet tunnels = VlanSet.EMPTY;
    private List<Zoned> zoned = List.of();
    private ZoneTable zones = ZoneTable.off(0);
    private int zonedSize;

    /**
     * @param holds what was seen of the ports' addresses
     * @param stackLinks the live state of the stack
     */
    SnapshotCompiler(PortIndices indices, LinkState links, MulticastGroups groups, AddressHolds holds,
            StackLinks stackLinks) {
        this.stackLinks = stackLinks;
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
     * @param stack which ports are stack links
     */
    Snapshot compile(Collection<Port> ports, int legs, Policies policies, StackSpec stack) {
        int size = indices.size();
        Snapshot.Ports columns = Snapshot.Ports.empty(size);
        LegTable.Builder table = new LegTable.Builder(size, legs);
        List<Mirroring> mirrors = new ArrayList<>();
        @Nullable
        VlanMembership[] flooded = new @Nullable VlanMembership[size];
        for (Port port : ports) {
            int index = port.index;
            PortSpec spec = port.spec();
            flooded[index] = takesFloods(port) ? spec.membership() : null;
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
        return new Snapshot(++epoch, columns, table.build(), links, floods, protections(ports, size), mirrors, zones,
                stackTable(ports, size, legs, stack));
    }

    private static boolean takesFloods(Port port) {
        DeviceSpec device = port.spec().device();
        return !(device instanceof DeviceSpec.Remote) && (port.linkFlags() & PortFlags.STACK) == 0
                && !(device instanceof DeviceSpec.Attached attached && !attached.takesFloods());
    }

    private StackTable stackTable(Collection<Port> ports, int size, int legs, StackSpec stack) {
        if (stack.member() == 0) {
            return StackTable.NONE;
        }
        StackTable.Builder table = new StackTable.Builder(stack.member(), size, legs, stackLinks);
        for (Port port : ports) {
            table.port(port.index, port.spec().number(),
                    port.spec().device() instanceof DeviceSpec.Remote remote ? remote.member() : 0);
            if (port.isSpread()) {
                table.spread(port.index);
            }
            for (StackLinkSpec link : stack.links()) {
                if (link.port().equals(port.spec().name()) && !port.legs().isEmpty()) {
                    table.link(link.slot(), port.index, port.legs().getFirst().number, link.protection());
                }
            }
        }
        return table.build();
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
