package net.weft.vswitch.forward;

import java.util.Arrays;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.stack.StackRoutes;
import net.weft.vswitch.stack.StackTable;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/**
 * The forwarding configuration as the workers read it: immutable, arrays by port index, replaced as a whole.
 * <p>
 * The control thread publishes a new snapshot with a release store; each worker adopts it between two bursts. The MAC
 * table and the connections are outside and survive. So does {@link LinkState}: a port that goes down needs no new
 * snapshot.
 */
public final class Snapshot {
    /** Sequence number, one higher in each snapshot; a worker reports the newest that it has adopted. */
    public final long epoch;
    /** Number of the port at each index, as users and files refer to it; -1 if no port has the index. */
    public final int[] number;
    /** VLAN membership by port index; null if no port has the index. */
    public final @Nullable VlanMembership[] membership;
    /** MTU of each port: its largest layer-3 packet in bytes. */
    public final int[] mtu;
    /** Maximum number of MAC addresses learned on each port, 0 for no limit. */
    public final int[] macLimit;
    /** Counters by port index. */
    public final @Nullable PortCounters[] counters;
    /** The legs of each port. */
    public final LegTable legs;
    /** The live state of the legs; the same object in every snapshot of a switch. */
    public final LinkState links;
    /** The ports of each VLAN, for flooding. */
    final FloodTable floods;
    /** Protections by port index. */
    public final PortProtections protections;
    /** The mirrors: ports whose frames are copied to others. */
    public final List<Mirroring> mirrors;
    /** The zones of the ports, and the addresses bound to them. */
    public final ZoneTable zones;

    /** The stack links, and the ports that are at other members. */
    public final StackTable stack;

    /** The columns of a snapshot that describe the ports; the snapshot owns the arrays afterwards. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Ports(int[] number, @Nullable VlanMembership[] membership, int[] mtu, int[] macLimit,
            @Nullable PortCounters[] counters) {
        /** Returns columns of {@code size} indices without a port. */
        public static Ports empty(int size) {
            int[] number = new int[size];
            Arrays.fill(number, -1);
            return new Ports(number, new @Nullable VlanMembership[size], new int[size], new int[size],
                    new @Nullable PortCounters[size]);
        }
    }

    /** Creates a snapshot of a switch that is in no stack. */
    public Snapshot(long epoch, Ports ports, LegTable legs, LinkState links, FloodTable floods,
            PortProtections protections, List<Mirroring> mirrors, ZoneTable zones) {
        this(epoch, ports, legs, links, floods, protections, mirrors, zones, StackTable.NONE);
    }

    public Snapshot(long epoch, Ports ports, LegTable legs, LinkState links, FloodTable floods,
            PortProtections protections, List<Mirroring> mirrors, ZoneTable zones, StackTable stack) {
        this.stack = stack;
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

    /** Returns a snapshot without ports. */
    public static Snapshot empty() {
        return Empty.SNAPSHOT;
    }

    private static final class Empty {
        private static final Snapshot SNAPSHOT = new Snapshot(0, Ports.empty(0), LegTable.none(0), new LinkState(),
                FloodTable.of(new VlanMembership[0]), PortProtections.none(0), List.of(), ZoneTable.off(0));
    }

    /**
     * Returns a copy for a trace: with other devices, MTUs and counters, with its own policers, and without mirrors.
     */
    public Snapshot with(@Nullable Device[] devices, int[] mtus, @Nullable PortCounters[] fresh) {
        return new Snapshot(epoch, new Ports(number, membership, mtus, macLimit, fresh), legs.with(devices), links,
                floods, protections.copy(), List.of(), zones, stack);
    }

    /** Returns the set of stack links, by slot, that have a carrier now. */
    int stackLinksUp() {
        int up = 0;
        for (int slot = 0; slot < StackRoutes.MAX_LINKS; slot++) {
            int port = stack.port(slot);
            up |= port >= 0 && links.isUp(port) ? 1 << slot : 0;
        }
        return up;
    }

    /** Exclusive upper bound of port indices. */
    public int ports() {
        return membership.length;
    }

    /** Returns the number of the port at an index, -1 if there is none. */
    public int number(int index) {
        return index >= 0 && index < number.length ? number[index] : -1;
    }
}
