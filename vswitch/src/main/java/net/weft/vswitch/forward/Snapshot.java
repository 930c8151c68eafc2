package net.weft.vswitch.forward;

import java.util.Arrays;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/**
 * The forwarding configuration as the workers read it: immutable, arrays by port index, replaced as a whole.
 * <p>
 * The control thread publishes a new one with a release store; each worker picks it up between two bursts. Learned addresses and
 * connections live outside and survive. So does {@link LinkState}: a port that goes down is no new snapshot.
 */
public final class Snapshot {
    /** Grows by one with each snapshot; a worker reports the newest it has picked up. */
    public final long epoch;
    /** The number of the port at each index, as users and files know it; -1 where no port has the index. */
    public final int[] number;
    /** Membership by port index; null where no port has the index. */
    public final @Nullable VlanMembership[] membership;
    /** Largest layer-3 packet the port carries, bytes. */
    public final int[] mtu;
    /** MAC addresses that may be learned on the port, 0 for no limit. */
    public final int[] macLimit;
    /** Counters by port index. */
    public final @Nullable PortCounters[] counters;
    /** The legs that each port is reached by. */
    public final LegTable legs;
    /** Which legs are up; the same object in every snapshot of a switch. */
    public final LinkState links;
    /** The ports of each VLAN. */
    final FloodTable floods;
    /** Protections by port index. */
    public final PortProtections protections;
    /** Ports whose frames are copied to others. */
    public final List<Mirroring> mirrors;
    /** Zones of the ports, and the addresses they are bound to. */
    public final ZoneTable zones;

    /** The columns of a snapshot that say what each port is; the arrays are the snapshot's from then on. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Ports(int[] number, @Nullable VlanMembership[] membership, int[] mtu, int[] macLimit,
            @Nullable PortCounters[] counters) {
        /** Columns of so many places without a port. */
        public static Ports empty(int size) {
            int[] number = new int[size];
            Arrays.fill(number, -1);
            return new Ports(number, new @Nullable VlanMembership[size], new int[size], new int[size],
                    new @Nullable PortCounters[size]);
        }
    }

    public Snapshot(long epoch, Ports ports, LegTable legs, LinkState links, FloodTable floods,
            PortProtections protections, List<Mirroring> mirrors, ZoneTable zones) {
        this.epoch = epoch;
        number = ports.number;
        membership = ports.membership;
        mtu = ports.mtu;
        macLimit = ports.macLimit;
        counters = ports.counters;
        this.legs = legs;
        this.links = links;
        this.floods = floods;
        this.protections = protections;
        this.mirrors = mirrors;
        this.zones = zones;
    }

    /** No ports. */
    public static Snapshot empty() {
        return Empty.SNAPSHOT;
    }

    private static final class Empty {
        private static final Snapshot SNAPSHOT = new Snapshot(0, Ports.empty(0), LegTable.none(0), new LinkState(),
                FloodTable.of(new VlanMembership[0]), PortProtections.none(0), List.of(), ZoneTable.off(0));
    }

    /** The same switch with other devices, MTUs and counters, with policers of its own and without mirrors, for a trace. */
    public Snapshot with(@Nullable Device[] devices, int[] mtus, @Nullable PortCounters[] fresh) {
        return new Snapshot(epoch, new Ports(number, membership, mtus, macLimit, fresh), legs.with(devices), links,
                floods, protections.copy(), List.of(), zones);
    }

    /** Port indices are below this. */
    public int ports() {
        return membership.length;
    }

    /** The number of the port at an index, -1 where there is none. */
    public int number(int index) {
        return index >= 0 && index < number.length ? number[index] : -1;
    }
}
