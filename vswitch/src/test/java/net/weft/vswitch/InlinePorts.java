package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.forward.FloodTable;
import net.weft.vswitch.forward.LegBuckets;
import net.weft.vswitch.forward.LegTable;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.PortProtections;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.zoning.ZoneTable;
import net.weft.vswitch.zoning.Zones;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import net.weft.zone.Zoning;
import net.weft.zone.guard.AddressHolds;
import org.jspecify.annotations.Nullable;

/** The ports of an {@link InlineSwitch}, numbered in the order in which they were added, and the snapshot that they make. */
final class InlinePorts {
    private final List<InlinePort> ports = new ArrayList<>();
    private final List<Mirroring> mirrors = new ArrayList<>();
    private Zoning zoning = Zoning.OFF;
    private Map<String, PortZones> portZones = Map.of();
    private Map<String, AddressBinding> bindings = Map.of();
    private final AddressHolds holds = new AddressHolds(1);
    private long epoch = 1;

    void add(InlinePort port) {
        ports.add(port);
    }

    void mirror(String port, String to, int vid) {
        mirrors.add(new Mirroring(number(port), number(to), vid));
        if (vid == 0) {
            named(to).membership = VlanMembership.none();
        }
    }

    void zoning(Zoning wished, Map<String, PortZones> inZones, Map<String, AddressBinding> bound) {
        zoning = wished;
        portZones = inZones;
        bindings = bound;
    }

    int size() {
        return ports.size();
    }

    /** @throws IllegalArgumentException there is no such port */
    int number(String name) {
        for (int number = 0; number < ports.size(); number++) {
            if (ports.get(number).name.equals(name)) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                "no port " + name + "; there are " + ports.stream().map(p -> p.name).toList());
    }

    InlinePort named(String name) {
        return ports.get(number(name));
    }

    String name(int number) {
        return ports.get(number).name;
    }

    List<Device> devices() {
        return ports.stream().map(port -> port.device).toList();
    }

    List<PortCounters> counters() {
        return ports.stream().map(port -> port.counters).toList();
    }

    /** Compiles the ports as they are now, as the switch's control thread does. */
    Snapshot snapshot(Zones zones, MulticastGroups groups, LinkState links) {
        ZoneTable table = zoneTable(zones);
        int size = ports.size();
        int further = ports.stream().mapToInt(port -> port.furtherLegs.size()).sum();
        LegTable.Builder legs = new LegTable.Builder(size, size + further);
        int next = size;
        for (int port = 0; port < size; port++) {
            legs.device(port, ports.get(port).device).port(port, port);
            links.carrier(port, 1);
            links.forwarding(port, ports.get(port).down ? 0 : 1);
            next = aggregate(port, legs, next, links);
        }
        VlanMembership[] membership = ports.stream().map(port -> port.membership).toArray(VlanMembership[]::new);
        return new Snapshot(epoch++,
                new Snapshot.Ports(IntStream.range(0, size).toArray(), membership, ints(port -> port.mtu),
                        ints(port -> port.macLimit),
                        ports.stream().map(port -> port.counters).toArray(PortCounters[]::new)),
                legs.build(), links, FloodTable.of(membership),
                new PortProtections(flags(table), ports.stream().map(port -> port.limits).toArray(PortLimits[]::new),
                        groups,
                        ports.stream().map(port -> port.membership.tunnels()).reduce(VlanSet.EMPTY, VlanSet::union)),
                List.copyOf(mirrors), table);
    }

    /** Makes a port that has further legs a link aggregation whose legs are all in use. Returns the next free number. */
    private int aggregate(int port, LegTable.Builder legs, int next, LinkState links) {
        List<Device> further = ports.get(port).furtherLegs;
        if (further.isEmpty()) {
            return next;
        }
        int count = 1 + further.size();
        int[] numbers = new int[count];
        @Nullable
        LagLeg[] own = new @Nullable LagLeg[count];
        numbers[0] = port;
        for (int n = 0; n < count; n++) {
            own[n] = new LagLeg(1, List.of(), 0);
            if (n > 0) {
                numbers[n] = next + n - 1;
                legs.device(numbers[n], further.get(n - 1));
            }
        }
        LegBuckets buckets = new LegBuckets(1, 0);
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            buckets.move(bucket, bucket % count);
        }
        legs.lag(port, numbers, own, buckets, FlowFields.L3_L4);
        links.carrier(port, (1 << count) - 1);
        links.forwarding(port, (1 << count) - 1);
        links.collecting(port, (1 << count) - 1);
        return next + further.size();
    }

    private int[] ints(ToIntFunction<InlinePort> column) {
        return ports.stream().mapToInt(column).toArray();
    }

    private int[] flags(ZoneTable table) {
        int[] flags = new int[ports.size()];
        for (int number = 0; number < flags.length; number++) {
            InlinePort port = ports.get(number);
            flags[number] = port.limits.flags() | PortFlags.of(port.membership) | port.shut
                    | PortProtections.zoneFlags(table, number);
        }
        return flags;
    }

    private ZoneTable zoneTable(Zones zones) {
        ZoneTable.Builder table = new ZoneTable.Builder(ports.size(), zones.compile(zoning), holds);
        for (int number = 0; number < ports.size(); number++) {
            String name = name(number);
            table.port(number, portZones.getOrDefault(name, PortZones.NONE), bindings.get(name),
                    ports.get(number).membership);
            if (ports.get(number).down) {
                holds.goesDown(number);
            }
        }
        return table.build();
    }
}
