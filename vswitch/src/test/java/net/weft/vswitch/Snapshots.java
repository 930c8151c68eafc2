package net.weft.vswitch;

import java.util.List;
import java.util.stream.IntStream;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.forward.FloodTable;
import net.weft.vswitch.forward.LegTable;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.PortProtections;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/** Snapshots for tests of what uses them: each port has one leg of its own number, and an MTU of 1500. */
public final class Snapshots {
    /** No link protocol wants anything. */
    public static final PuntRules NO_PUNTS = new PuntRules(List.of());

    private Snapshots() {
    }

    /** Ports without zones. @param devices null where the port is down */
    public static Snapshot of(long epoch, VlanMembership[] membership, @Nullable Device[] devices,
            PortCounters[] counters) {
        return of(epoch, membership, devices, counters, PortProtections.none(membership.length),
                ZoneTable.off(membership.length));
    }

    /** Ports with these protections and zones. */
    public static Snapshot of(long epoch, VlanMembership[] membership, @Nullable Device[] devices,
            PortCounters[] counters, PortProtections protections, ZoneTable zones) {
        int size = membership.length;
        LegTable.Builder legs = new LegTable.Builder(size, size);
        LinkState links = new LinkState();
        for (int port = 0; port < size; port++) {
            legs.device(port, devices[port]).port(port, port);
            links.carrier(port, devices[port] == null ? 0 : 1);
            links.forwarding(port, devices[port] == null ? 0 : 1);
        }
        return new Snapshot(epoch,
                new Snapshot.Ports(IntStream.range(0, size).toArray(), membership,
                        IntStream.generate(() -> 1500).limit(size).toArray(), new int[size], counters),
                legs.build(), links, FloodTable.of(membership), protections, List.of(), zones);
    }
}
