package net.weft.vswitch.forward;

import static net.weft.vswitch.burst.Burst.CAPACITY;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.TokenBucket;
import net.weft.vswitch.snooping.GroupTable;
import org.jspecify.annotations.Nullable;

/**
 * What protects the rest of the switch from a port, and the frames that are the switch's own business. The {@link Forwarder} asks
 * here where it meets a rare frame (a reserved address, a group, an unknown destination), and for every frame only where a
 * port's flags say that there is something to ask.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class IngressChecks {
    /** {@link #admit}: nothing speaks against the frame. */
    static final int ADMITTED = 0;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    /** 01:00:0c:cc:cc:cd, first byte lowest: per-VLAN spanning tree. */
    private static final long PER_VLAN_BPDU = 0xCD_CC_CC_0C_00_01L;
    /** Destination and source service access point of the bridge spanning tree protocol (IEEE 802.1Q-2022, 14.1.2). */
    private static final int BPDU_LLC = 0x4242;
    private static final int LENGTH_LIMIT = 1536;
    /** Offset of the EtherType of a frame that has no inline tag. */
    private static final int OUT_OF_BAND = 12;
    /** Bit x: 01:80:c2:00:00:0x is not for the bridges of a provider, but for those of his customers (802.1Q-2022, table 8-2). */
    private static final int CUSTOMERS = 0xB801;

    private final PuntQueue punts;
    /** What a port must have among its flags to get the flooded frame. */
    private final int[] wanted = new int[CAPACITY];
    /** The ports that a frame to a group goes to; null: all of its VLAN. */
    private final GroupTable.@Nullable Ports[] targets = new GroupTable.@Nullable Ports[CAPACITY];
    private Snapshot snapshot = Snapshot.empty();
    private Guards guards = snapshot.guards;
    private long nowNs;
    private boolean again;
    private boolean punted;

    IngressChecks(PuntQueue punts) {
        this.punts = punts;
    }

    void adopt(Snapshot next) {
        snapshot = next;
        guards = next.guards;
    }

    /**
     * A burst follows.
     *
     * @param held its frames were held: limits of what comes in have counted them when they came
     */
    void begin(long monotonicNs, boolean held) {
        nowNs = monotonicNs;
        again = held;
    }

    /** Whether the control thread has been given something since this was last asked. */
    boolean takePunted() {
        boolean was = punted;
        punted = false;
        return was;
    }

    // ---- every frame of a port that has ADMISSION flags -------------------------------------------------------------

    /** {@link #ADMITTED}, or the verdict. */
    int admit(Burst burst, int i, int vlan, long destination, int flags) {
        if ((flags & Guards.SHUT_LOOP) != 0) {
            return consumes(burst, i, vlan, destination, flags) ? Verdict.PUNTED : Verdict.drop(DropReason.LOOP);
        }
        if ((flags & Guards.SHUT_BPDU) != 0) {
            return Verdict.drop(DropReason.GUARD_BPDU);
        }
        if ((flags & Guards.TUNNEL) != 0) {
            encapsulate(burst, i);
        }
        TokenBucket rate = limits(burst.port[i]).ingress;
        return rate == null || again || rate.take(wireBytes(burst, i, burst.length[i]), nowNs)
                ? ADMITTED
                : Verdict.drop(DropReason.RATE_LIMIT);
    }

    /** The customer's tag becomes part of the frame. */
    private static void encapsulate(Burst burst, int i) {
        if (burst.tag[i] != 0) {
            if (burst.typeOffset[i] == OUT_OF_BAND) {
                burst.inlineTag(i);
            }
            burst.typeOffset[i] = OUT_OF_BAND;
            burst.tag[i] = 0;
        }
    }

    /** Whether the egress port's rate allows a frame. */
    boolean mayLeave(Burst burst, int i, int egress, int tag) {
        TokenBucket rate = limits(egress).egress;
        return rate == null || rate.take(wireBytes(burst, i, burst.egressLength(i, tag)), nowNs);
    }

    /** Whether a port may be told of one more rejected frame. */
    boolean mayAnswer(int port) {
        return limits(port).answers.take(1, nowNs);
    }

    /** Segments a super-frame will be cut into, 1 for any other. */
    private static int segments(Burst burst, int i) {
        long offload = burst.offload[i];
        if (Offload.gsoType(offload) == Offload.GSO_NONE) {
            return 1;
        }
        int size = Offload.gsoSize(offload);
        return Math.max(1, (burst.length[i] - Offload.headerLength(offload) + size - 1) / size);
    }

    /** Bytes of all segments, each with the headers. */
    private static int wireBytes(Burst burst, int i, int length) {
        return length + (segments(burst, i) - 1) * Offload.headerLength(burst.offload[i]);
    }

    // ---- flooded frames ---------------------------------------------------------------------------------------------

    /** A frame to a group address. */
    int group(Burst burst, int i, int vlan, long destination, int flags) {
        if (destination == BROADCAST || guards.tunnels.contains(vlan)) {
            return flood(burst, i, flags);
        }
        if (destination == PER_VLAN_BPDU) {
            return bpdu(burst, i, vlan, flags);
        }
        int kind = MulticastGate.kind(burst, i, destination);
        return kind == MulticastGate.FLOODED
                ? flood(burst, i, flags)
                : multicast(burst, i, vlan, destination, flags, kind);
    }

    private int multicast(Burst burst, int i, int vlan, long destination, int flags, int kind) {
        boolean ipv6 = kind == MulticastGate.IPV6_GROUP || kind == MulticastGate.IPV6_REPORT;
        boolean data = kind == MulticastGate.IPV4_GROUP || kind == MulticastGate.IPV6_GROUP;
        GroupTable table = guards.groups.table();
        GroupTable.@Nullable Ports ports = data
                ? table.ports(vlan, destination, ipv6)
                : kind == MulticastGate.QUERY ? null : table.routers(vlan, ipv6);
        if (!data && !punt(PuntedFrame.Kind.GROUP_MESSAGE, burst, i, vlan)) {
            return Verdict.drop(DropReason.PUNT_LIMIT);
        }
        if (ports != null && !leadsElsewhere(ports.numbers(), burst.port[i])) {
            return data ? Verdict.drop(DropReason.NO_LISTENER) : Verdict.PUNTED;
        }
        int verdict = flood(burst, i, flags);
        targets[i] = ports;
        return verdict;
    }

    private static boolean leadsElsewhere(int[] ports, int ingress) {
        return ports.length > 1 || ports.length == 1 && ports[0] != ingress;
    }

    /** The ports that a frame to be flooded goes to. */
    int[] members(int i, int vlan) {
        GroupTable.@Nullable Ports ports = targets[i];
        return ports == null ? snapshot.flood[vlan] : ports.numbers();
    }

    /** Any frame that is to be flooded. */
    int flood(Burst burst, int i, int flags) {
        wanted[i] = 0;
        if (targets[i] != null) {
            targets[i] = null;
        }
        return withinStormLimit(burst, i, flags) ? Verdict.FLOOD : Verdict.drop(DropReason.STORM_LIMIT);
    }

    private boolean withinStormLimit(Burst burst, int i, int flags) {
        if ((flags & Guards.STORM) == 0 || again) {
            return true;
        }
        TokenBucket storm = limits(burst.port[i]).storm;
        return storm == null || storm.take(segments(burst, i), nowNs);
    }

    /** Whether a flooded frame may leave by a port of its VLAN. */
    boolean reaches(int i, int member) {
        return wanted[i] == 0 || (guards.flags[member] & wanted[i]) != 0;
    }

    // ---- frames of protocols ----------------------------------------------------------------------------------------

    /** A frame to one of the reserved addresses 01:80:c2:00:00:0x (IEEE 802.1Q-2022, table 8-1). */
    int reserved(Burst burst, int i, int vlan, long destination) {
        int flags = guards.flags[burst.port[i]];
        if (guards.tunnels.contains(vlan) && (CUSTOMERS >>> (int) (destination >>> 40 & 0xF) & 1) != 0) {
            int refusal = (flags & Guards.ADMISSION) == 0 ? ADMITTED : admit(burst, i, vlan, destination, flags);
            return refusal == ADMITTED ? flood(burst, i, flags) : refusal;
        }
        if ((destination >>> 40 & 0xF) == 0 && isBpdu(burst, i)) {
            return bpdu(burst, i, vlan, flags);
        }
        return Verdict.drop(DropReason.RESERVED_ADDRESS);
    }

    private static boolean isBpdu(Burst burst, int i) {
        long type = burst.head(i) + burst.typeOffset[i];
        return burst.headLength[i] >= burst.typeOffset[i] + 4
                && Short.toUnsignedInt(Memory.getShortBe(type)) < LENGTH_LIMIT
                && Short.toUnsignedInt(Memory.getShortBe(type + 2)) == BPDU_LLC;
    }

    private int bpdu(Burst burst, int i, int vlan, int flags) {
        if ((flags & Guards.BPDU_GUARD) != 0) {
            var unused = punt(PuntedFrame.Kind.BPDU, burst, i, vlan);
        }
        if ((flags & Guards.BPDU_FORWARD) == 0 || (flags & (Guards.SHUT_LOOP | Guards.BOUND)) != 0) {
            return Verdict.drop(DropReason.GUARD_BPDU);
        }
        int verdict = flood(burst, i, flags);
        wanted[i] = Guards.BPDU_FORWARD;
        return verdict;
    }

    /** Whether a group frame is for this switch alone: what may be a probe of its own, on a port that probes. */
    boolean consumes(Burst burst, int i, int vlan, long destination, int flags) {
        return (flags & Guards.LOOP_PROBES) != 0 && destination == LoopProbe.DESTINATION
                && isProbe(burst, i) && punt(PuntedFrame.Kind.LOOP_PROBE, burst, i, vlan);
    }

    private boolean isProbe(Burst burst, int i) {
        long type = burst.head(i) + burst.typeOffset[i];
        return burst.headLength[i] >= burst.typeOffset[i] + LoopProbe.SWITCH + 10
                && Short.toUnsignedInt(Memory.getShortBe(type)) == LoopProbe.ETHER_TYPE
                && Long.reverseBytes(Memory.getLong(type + 2 + LoopProbe.SWITCH)) == guards.switchId;
    }

    private boolean punt(PuntedFrame.Kind kind, Burst burst, int i, int vlan) {
        if (!limits(burst.port[i]).punt.take(1, nowNs) || !punts.offer(kind, burst, i, vlan)) {
            return false;
        }
        punted = true;
        return true;
    }

    private PortLimits limits(int port) {
        @Nullable
        PortLimits limits = guards.limits[port];
        if (limits == null) {
            throw new IllegalStateException("port " + port + " has flags and no limits");
        }
        return limits;
    }
}
