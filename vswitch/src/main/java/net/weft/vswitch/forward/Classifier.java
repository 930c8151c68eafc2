package net.weft.vswitch.forward;

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
import net.weft.vswitch.zoning.ZoneFilter;

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

    private final MacCache addresses;
    private final IngressChecks checks;
    private final ControlTraps traps;
    private final ZoneFilter zones;
    private Snapshot snapshot = Snapshot.empty();
    private long[][] rows = {};

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
    }

    /** Counts a frame that was just received and returns its verdict. */
    int received(Burst burst, int i, int nowSeconds) {
        long[] row = rows[burst.port[i]];
        row[PortCounters.RX_PACKETS]++;
        row[PortCounters.RX_BYTES] += burst.length[i];
        int refusal = identify(burst, i);
        return refusal == ADMITTED ? admit(burst, i, nowSeconds) : refusal;
    }

    /** As {@link #received}, but by a leg of a link aggregation that is not in use: only link protocols get the frame. */
    int onStandby(Burst burst, int i) {
        long[] row = rows[burst.port[i]];
        row[PortCounters.RX_PACKETS]++;
        row[PortCounters.RX_BYTES] += burst.length[i];
        int refusal = identify(burst, i);
        if (refusal != ADMITTED) {
            return refusal;
        }
        long destination = Memory.getLong(burst.head(i)) & MAC_MASK;
        int trapped = (destination & RESERVED_MASK) == RESERVED
                ? traps.take(burst, i, burst.vid[i], destination, snapshot.protections.flags[burst.port[i]])
                : ControlTraps.NOT_TRAPPED;
        return trapped == ControlTraps.NOT_TRAPPED ? drop(DropReason.LEG_STANDBY) : trapped;
    }

    /**
     * Returns the verdict on a frame that was held. It was counted and learned when it arrived, so it is not learned
     * again: its MAC entry may have moved since.
     */
    int released(Burst burst, int i) {
        rows[burst.port[i]][PortCounters.AGAIN]++;
        int refusal = identify(burst, i);
        return refusal == ADMITTED ? admit(burst, i, NOT_LEARNED) : refusal;
    }

    /** Finds the VLAN and checks the Ethernet header. Returns {@link #ADMITTED} or a drop verdict. */
    private int identify(Burst burst, int i) {
        int ingress = burst.port[i];
        VlanMembership membership = snapshot.membership[ingress];
        if (membership == null) {
            return drop(DropReason.PORT_DOWN);
        }
        if (burst.length[i] < ETHERNET_BYTES) {
            return drop(DropReason.MALFORMED);
        }
        long head = burst.head(i);
        int innerType = OuterTag.take(burst, i, head);
        if (innerType < 0) {
            return drop(DropReason.MALFORMED);
        }
        int tag = burst.tag[i];
        int vlan = membership.ingressVid(tag);
        if (vlan < 0) {
            return tag == 0 ? withoutVlan(burst, i) : drop(DropReason.NOT_MEMBER);
        }
        if (tag != 0 && EtherType.isVlan(innerType) && !membership.isTunnel()
                && ((tag & 0xFFF) == 0 || isHidden(burst, i, vlan))) {
            return drop(DropReason.DOUBLE_TAG);
        }
        burst.vid[i] = vlan;
        burst.flowHash[i] = 0;
        long source = Memory.getLong(head + 4) >>> 16;
        if ((source & 1) != 0 || source == 0) {
            return drop(DropReason.MALFORMED);
        }
        return measure(burst, i, snapshot.mtu[ingress]);
    }

    /** Returns the verdict on an untagged frame of a trunk without native VLAN: link protocols need none. */
    private int withoutVlan(Burst burst, int i) {
        burst.vid[i] = 0;
        long destination = Memory.getLong(burst.head(i)) & MAC_MASK;
        int trapped = (destination & RESERVED_MASK) == RESERVED
                ? traps.take(burst, i, 0, destination, snapshot.protections.flags[burst.port[i]])
                : ControlTraps.NOT_TRAPPED;
        return trapped == ControlTraps.NOT_TRAPPED ? drop(DropReason.NOT_MEMBER) : trapped;
    }

    /** Checks the offload word and the size of a frame. */
    private static int measure(Burst burst, int i, int mtu) {
        if (burst.offload[i] != 0) {
            int fault = OffloadCheck.validate(burst, i);
            if (fault >= 0) {
                return Verdict.drop(fault);
            }
        }
        return FrameSize.exceeds(burst, i, mtu) ? drop(DropReason.OVERSIZE) : ADMITTED;
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
        int ingress = burst.port[i];
        int flags = snapshot.protections.flags[ingress];
        if (flags != 0) {
            int refusal = protect(burst, i, vlan, destination, flags);
            if (refusal != ADMITTED) {
                return refusal;
            }
        }
        if (nowSeconds != NOT_LEARNED) {
            long source = Memory.getLong(head + 4) >>> 16;
            int outcome = addresses.learn(vlan, source, ingress, nowSeconds, snapshot.macLimit[ingress]);
            if (outcome >= MacTable.LIMIT) {
                return drop(outcome == MacTable.HELD ? DropReason.GUARD_MAC : DropReason.MAC_LIMIT);
            }
        }
        return (destination & 1) != 0
                ? checks.group(burst, i, vlan, destination, flags)
                : lookup(burst, i, vlan, destination, flags);
    }

    private int protect(Burst burst, int i, int vlan, long destination, int flags) {
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

    private int lookup(Burst burst, int i, int vlan, long destination, int flags) {
        int egress = addresses.lookup(vlan, destination);
        if (egress == burst.port[i]) {
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
        return snapshot.zones.looksInside(burst.port[i]) && OuterTag.innerVid(burst, i) == 0
                && !snapshot.protections.tunnels.contains(vlan);
    }

    private int reserved(Burst burst, int i, int vlan, long destination) {
        int to = checks.reserved(burst, i, vlan, destination);
        if (to != Verdict.FLOOD || (snapshot.protections.flags[burst.port[i]] & PortFlags.NEEDS_HEADERS) == 0) {
            return to;
        }
        int refusal = zones.admit(burst, i, vlan);
        return refusal == ZoneFilter.PASS ? to : Verdict.drop(refusal);
    }

    private static int drop(DropReason reason) {
        return Verdict.drop(reason);
    }
}
