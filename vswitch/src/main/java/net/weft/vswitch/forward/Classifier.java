package net.weft.vswitch.forward;

import java.util.Arrays;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.fdb.MacCache;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.offload.FrameSize;
import net.weft.vswitch.offload.OffloadCheck;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.stack.StackReceiver;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * The first stage of forwarding: parses the tag, finds the VLAN, checks the frame, applies the port's protections,
 * learns the source address and looks the destination up. The result is a {@link Verdict} on each frame. One per
 * worker; not thread-safe; nothing is allocated per frame.
 */
final class Classifier {
    private static final int ADMITTED = IngressChecks.ADMITTED;
    /** Value instead of the time for frames whose source address is not learned. */
    private static final int NOT_LEARNED = -1;
    private static final int ETHERNET_BYTES = 14;
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;
    /** 01:80:c2:00:00:0x, first byte lowest, without the last nibble, which varies. */
    private static final long RESERVED = 0x00_00_00_C2_80_01L;
    private static final long RESERVED_MASK = 0xF0_FF_FF_FF_FF_FFL;

    private static final int NO_PORT = -1;
    /** The drop reasons by the result of learning; the lower results are no reasons. */
    private static final DropReason[] NOT_ADMITTED = new DropReason[MacTable.KEPT + 1];

    static {
        Arrays.fill(NOT_ADMITTED, DropReason.MAC_LIMIT);
        NOT_ADMITTED[MacTable.HELD] = DropReason.GUARD_MAC;
        NOT_ADMITTED[MacTable.KEPT] = DropReason.MAC_MOVE;
    }

    private final MacCache addresses;
    private final IngressChecks checks;
    private final ControlTraps traps;
    private final ZoneFilter zones;
    private Snapshot snapshot = Snapshot.empty();
    private long[][] rows = {};
    /** Ingress port of the last frame; what follows is the same for all frames of the port. */
    private int port = NO_PORT;
    private long[] row = {};
    private @Nullable VlanMembership membership;
    /** VLAN of an untagged frame, or the drop verdict on it. */
    private int untagged;
    private int mtu;
    private int flags;
    /** The flags that concern frames to a single station. */
    private int unicastFlags;
    private int macLimit;

    Classifier(MacCache addresses, IngressChecks checks, ControlTraps traps, ZoneFilter zones) {
        this.addresses = addresses;
        this.checks = checks;
        this.traps = traps;
        this.zones = zones;
    }

    /**
     * Adopts a new configuration; between bursts only.
     * @param counters the worker's row of counters of each port
     */
    void adopt(Snapshot next, long[][] counters) {
        snapshot = next;
        rows = counters;
        port = NO_PORT;
    }

    private void enter(int ingress) {
        port = ingress;
        row = rows[ingress];
        VlanMembership vlans = snapshot.membership[ingress];
        int vlan = vlans == null ? VlanMembership.NOT_MEMBER : vlans.ingressVid(0);
        membership = vlans;
        untagged = vlan >= 0 ? vlan : drop(vlans == null ? DropReason.PORT_DOWN : DropReason.NOT_MEMBER);
        mtu = snapshot.mtu[ingress];
        flags = snapshot.protections.flags[ingress];
        unicastFlags = flags & PortFlags.UNICAST;
        macLimit = snapshot.macLimit[ingress];
    }

    /** Counts the frames that were just received, and stores their verdicts. */
    void receivedBurst(Burst burst, int nowSeconds) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] != port) {
                enter(burst.port[i]);
            }
            row[PortCounters.RX_PACKETS]++;
            row[PortCounters.RX_BYTES] += burst.length[i];
            int refusal = identify(burst, i);
            burst.verdict[i] = refusal == ADMITTED ? admit(burst, i, nowSeconds) : refusal;
        }
    }

    /** As {@link #receivedBurst}, by a leg of a link aggregation that is not in use: only link protocols get the frames. */
    void standbyBurst(Burst burst) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] != port) {
                enter(burst.port[i]);
            }
            row[PortCounters.RX_PACKETS]++;
            row[PortCounters.RX_BYTES] += burst.length[i];
            int refusal = identify(burst, i);
            burst.verdict[i] = refusal == ADMITTED ? onStandby(burst, i) : refusal;
        }
    }

    private int onStandby(Burst burst, int i) {
        long destination = Memory.getLong(burst.head(i)) & MAC_MASK;
        int trapped = (destination & RESERVED_MASK) == RESERVED
                ? traps.take(burst, i, burst.vid[i], destination, flags)
                : ControlTraps.NOT_TRAPPED;
        return trapped == ControlTraps.NOT_TRAPPED ? drop(DropReason.LEG_STANDBY) : trapped;
    }

    // ---- frames of a stack link ----------------------------------------------------------------------------------------

    /** Counts the frames of a stack link, takes the users' frames out of them and punts the others to the stack protocol. */
    void stackBurst(Burst burst, StackReceiver receiver, int slot) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] != port) {
                enter(burst.port[i]);
            }
            row[PortCounters.RX_PACKETS]++;
            row[PortCounters.RX_BYTES] += burst.length[i];
            burst.vid[i] = 0;
            int result = receiver.receive(burst, i, slot);
            row[PortCounters.ingressDrop(DropReason.STACK_PIECES.ordinal())] += receiver.takeIncomplete();
            int verdict = result >= 0 ? Verdict.drop(result) : Verdict.PUNTED;
            if (result == StackReceiver.CONTROL) {
                verdict = traps.take(burst, i, 0, Memory.getLong(burst.head(i)) & MAC_MASK, flags);
                verdict = verdict == ControlTraps.NOT_TRAPPED ? drop(DropReason.STACK_FOREIGN) : verdict;
                row[PortCounters.PUNTED] += verdict == Verdict.PUNTED ? 1 : 0;
            }
            if (Verdict.isDrop(verdict)) {
                row[PortCounters.ingressDrop(Verdict.reason(verdict))]++;
            }
            burst.verdict[i] = verdict;
        }
    }

    /** Counts users' frames that came out of stack frames, at the ports of other members, and stores their verdicts. */
    void stackedBurst(StackReceiver receiver, int nowSeconds) {
        Burst burst = receiver.inner();
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] != port) {
                enter(burst.port[i]);
            }
            row[PortCounters.RX_PACKETS]++;
            row[PortCounters.RX_BYTES] += burst.length[i];
            int refusal = identify(burst, i);
            burst.verdict[i] = refusal == ADMITTED ? stacked(burst, i, receiver.to(i), nowSeconds) : refusal;
        }
    }

    private int stacked(Burst burst, int i, int to, int nowSeconds) {
        long head = burst.head(i);
        long destination = Memory.getLong(head) & MAC_MASK;
        boolean isGroup = (destination & 1) != 0;
        int vlan = burst.vid[i];
        if (isGroup && to != Verdict.FLOOD) {
            return drop(DropReason.STACK_FOREIGN);
        }
        if ((destination & RESERVED_MASK) == RESERVED) {
            return reserved(burst, i, vlan, destination);
        }
        if ((isGroup ? flags : unicastFlags) != 0) {
            int refusal = protect(burst, i, vlan, destination);
            if (refusal != ADMITTED) {
                return refusal;
            }
        }
        var unused = addresses.learn(vlan, Memory.getLong(head + 4) >>> 16, port, nowSeconds, 0);
        if (isGroup) {
            return checks.group(burst, i, vlan, destination, flags);
        }
        return to == Verdict.FLOOD
                ? checks.flood(burst, i, flags)
                : snapshot.membership[to] == null ? drop(DropReason.NO_DESTINATION) : to;
    }

    // ---- frames that were held -----------------------------------------------------------------------------------------

    /**
     * Stores the verdicts on frames that were held. They were counted and learned when they arrived, so they are not
     * learned again: their MAC entries may have moved since.
     */
    void releasedBurst(Burst burst) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] != port) {
                enter(burst.port[i]);
            }
            row[PortCounters.AGAIN]++;
            int refusal = identify(burst, i);
            burst.verdict[i] = refusal == ADMITTED ? admit(burst, i, NOT_LEARNED) : refusal;
        }
    }

    /** Finds the VLAN and checks the Ethernet header. Returns {@link #ADMITTED} or a drop verdict. */
    private int identify(Burst burst, int i) {
        if (burst.length[i] < ETHERNET_BYTES) {
            return drop(membership == null ? DropReason.PORT_DOWN : DropReason.MALFORMED);
        }
        long head = burst.head(i);
        int vlan = burst.tag[i] == 0 && !EtherType.isVlan(Short.toUnsignedInt(Memory.getShortBe(head + 12)))
                ? untagged
                : tagged(burst, i, head);
        if (vlan < 0) {
            return burst.tag[i] == 0 && membership != null ? withoutVlan(burst, i, vlan) : vlan;
        }
        burst.vid[i] = vlan;
        burst.flowHash[i] = 0;
        long source = Memory.getLong(head + 4) >>> 16;
        if ((source & 1) != 0 || source == 0) {
            return drop(DropReason.MALFORMED);
        }
        if (burst.offload[i] != 0) {
            int fault = OffloadCheck.validate(burst, i);
            if (fault >= 0) {
                return Verdict.drop(fault);
            }
        }
        return FrameSize.exceeds(burst, i, mtu) ? drop(DropReason.OVERSIZE) : ADMITTED;
    }

    /** Returns the verdict on an untagged frame of a trunk without native VLAN: link protocols need none. */
    private int withoutVlan(Burst burst, int i, int refusal) {
        burst.vid[i] = 0;
        long destination = Memory.getLong(burst.head(i)) & MAC_MASK;
        int trapped = (destination & RESERVED_MASK) == RESERVED
                ? traps.take(burst, i, 0, destination, flags)
                : ControlTraps.NOT_TRAPPED;
        return trapped == ControlTraps.NOT_TRAPPED ? refusal : trapped;
    }

    /** Takes the outer tag of a frame; returns its VLAN, or a drop verdict. */
    private int tagged(Burst burst, int i, long head) {
        VlanMembership vlans = membership;
        if (vlans == null) {
            return drop(DropReason.PORT_DOWN);
        }
        int innerType = OuterTag.take(burst, i, head);
        if (innerType < 0) {
            return drop(DropReason.MALFORMED);
        }
        int tag = burst.tag[i];
        int vlan = vlans.ingressVid(tag);
        if (vlan < 0) {
            return drop(DropReason.NOT_MEMBER);
        }
        return EtherType.isVlan(innerType) && !vlans.isTunnel() && ((tag & 0xFFF) == 0 || isHidden(burst, i, vlan))
                ? drop(DropReason.DOUBLE_TAG)
                : vlan;
    }

    /**
     * Applies the port's protections, address checks and control traps, learns the source and looks the destination up.
     */
    private int admit(Burst burst, int i, int nowSeconds) {
        long head = burst.head(i);
        long destination = Memory.getLong(head) & MAC_MASK;
        int vlan = burst.vid[i];
        if ((destination & RESERVED_MASK) == RESERVED) {
            return reserved(burst, i, vlan, destination);
        }
        if (((destination & 1) != 0 ? flags : unicastFlags) != 0) {
            int refusal = protect(burst, i, vlan, destination);
            if (refusal != ADMITTED) {
                return refusal;
            }
        }
        if (nowSeconds != NOT_LEARNED) {
            long source = Memory.getLong(head + 4) >>> 16;
            int outcome = addresses.learn(vlan, source, port, nowSeconds, macLimit);
            if (outcome == MacTable.MOVED) {
                row[PortCounters.MAC_MOVES]++;
            } else if (outcome > MacTable.MOVED) {
                return drop(NOT_ADMITTED[outcome]);
            }
        }
        return (destination & 1) != 0
                ? checks.group(burst, i, vlan, destination, flags)
                : lookup(burst, i, vlan, destination);
    }

    private int protect(Burst burst, int i, int vlan, long destination) {
        if ((flags & PortFlags.ADMISSION) != 0) {
            int refusal = checks.admit(burst, i, vlan, destination, flags);
            if (refusal != ADMITTED) {
                return refusal;
            }
        }
        if ((flags & PortFlags.NEEDS_HEADERS) != 0) {
            int refusal = zones.admit(burst, i, vlan);
            if (refusal != ZoneFilter.PASS) {
                return Verdict.drop(refusal);
            }
        }
        int trapped = (destination & 1) != 0
                ? traps.take(burst, i, vlan, destination, flags)
                : ControlTraps.NOT_TRAPPED;
        return trapped == ControlTraps.NOT_TRAPPED ? ADMITTED : trapped;
    }

    private int lookup(Burst burst, int i, int vlan, long destination) {
        int egress = addresses.lookup(vlan, destination);
        if (egress == port) {
            return drop(DropReason.SAME_PORT);
        }
        return egress < 0 || egress >= snapshot.ports() || snapshot.membership[egress] == null
                ? checks.flood(burst, i, flags)
                : egress;
    }

    /**
     * Returns whether a tag behind the outer one would hide headers from zones: it is a priority tag, which hosts
     * ignore, and not a customer's.
     */
    private boolean isHidden(Burst burst, int i, int vlan) {
        return snapshot.zones.looksInside(port) && OuterTag.innerVid(burst, i) == 0
                && !snapshot.protections.tunnels.contains(vlan);
    }

    private int reserved(Burst burst, int i, int vlan, long destination) {
        int to = checks.reserved(burst, i, vlan, destination);
        if (to != Verdict.FLOOD || (flags & PortFlags.NEEDS_HEADERS) == 0) {
            return to;
        }
        int refusal = zones.admit(burst, i, vlan);
        return refusal == ZoneFilter.PASS ? to : Verdict.drop(refusal);
    }

    private static int drop(DropReason reason) {
        return Verdict.drop(reason);
    }
}
