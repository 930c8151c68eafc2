package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.port.LinkLocalProtocol;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.snooping.GroupTable;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the frames that are not plain unicast: frames of an err-disabled, rate-limited or tunnel port, frames to
 * reserved and group addresses, and flooded frames. {@link Policers} limit them, {@link ControlTraps} punt them to link
 * protocols.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class IngressChecks {
    /** Result of {@link #admit}: the frame passes on to the next stage. */
    static final int ADMITTED = 0;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    /** 01:00:0c:cc:cc:cd, first byte lowest: per-VLAN spanning tree. */
    private static final long PER_VLAN_BPDU = 0xCD_CC_CC_0C_00_01L;
    /** Offset of the EtherType in a frame without inline tag. */
    private static final int OUT_OF_BAND = 12;
    /**
     * Bit x is set if 01:80:c2:00:00:0x is for a customer's bridges and not for the provider's (802.1Q-2022, table
     * 8-2).
     */
    private static final int CUSTOMERS = 0xB801;
    private static final int PASSED = PortFlags.PASS_LLDP | PortFlags.PASS_LACP | PortFlags.PASS_EAPOL
            | PortFlags.PASS_PTP;

    private final Policers policers;
    private final ControlTraps traps;
    private PortProtections protections = PortProtections.none(0);
    private FloodTable floods = FloodTable.of(new VlanMembership[0]);
    /** Other members may have listeners that this one does not know. */
    private boolean isStacked;

    IngressChecks(Policers policers, ControlTraps traps) {
        this.policers = policers;
        this.traps = traps;
    }

    void adopt(Snapshot next) {
        protections = next.protections;
        floods = next.floods;
        isStacked = next.stack.isActive();
    }

    // ---- every frame of a port that has ADMISSION flags -------------------------------------------------------------

    /** Checks a frame of a port that has {@link PortFlags#ADMISSION} flags. Returns {@link #ADMITTED} or a verdict. */
    int admit(Burst burst, int i, int vlan, long destination, int flags) {
        if ((flags & PortFlags.SHUT_LOOP) != 0) {
            int trapped = (destination & 1) != 0
                    ? traps.take(burst, i, vlan, destination, flags)
                    : ControlTraps.NOT_TRAPPED;
            return trapped != ControlTraps.NOT_TRAPPED ? trapped : Verdict.drop(DropReason.LOOP);
        }
        if ((flags & (PortFlags.SHUT_BPDU | PortFlags.SHUT_MOVE)) != 0) {
            return Verdict.drop((flags & PortFlags.SHUT_MOVE) != 0 ? DropReason.MAC_MOVE : DropReason.GUARD_BPDU);
        }
        if ((flags & PortFlags.TUNNEL) != 0) {
            encapsulate(burst, i);
        }
        return policers.mayEnter(burst, i) ? ADMITTED : Verdict.drop(DropReason.RATE_LIMIT);
    }

    /** Makes the customer's tag part of the payload. */
    private static void encapsulate(Burst burst, int i) {
        if (burst.tag[i] != 0) {
            if (burst.typeOffset[i] == OUT_OF_BAND) {
                burst.inlineTag(i);
            }
            burst.typeOffset[i] = OUT_OF_BAND;
            burst.tag[i] = 0;
        }
    }

    // ---- flooded frames ---------------------------------------------------------------------------------------------

    /** Returns the verdict on a frame to a group address. */
    int group(Burst burst, int i, int vlan, long destination, int flags) {
        if (protections.tunnels.contains(vlan)) {
            return flood(burst, i, flags);
        }
        if (MulticastGate.isNeighborMessage(burst, i, destination)) {
            traps.copyNeighborMessage(burst, i, vlan);
        }
        if (destination == BROADCAST) {
            return flood(burst, i, flags);
        }
        if (destination == PER_VLAN_BPDU) {
            var unused = traps.trap(burst, i, vlan, destination, flags); // only copies the frame; the verdict follows
            return bpdu(burst, i, flags);
        }
        int kind = MulticastGate.kind(burst, i, destination);
        return kind == MulticastGate.FLOODED
                ? flood(burst, i, flags)
                : multicast(burst, i, vlan, destination, flags, kind);
    }

    private int multicast(Burst burst, int i, int vlan, long destination, int flags, int kind) {
        boolean ipv6 = kind == MulticastGate.IPV6_GROUP || kind == MulticastGate.IPV6_REPORT;
        boolean data = kind == MulticastGate.IPV4_GROUP || kind == MulticastGate.IPV6_GROUP;
        GroupTable table = protections.groups.table();
        GroupTable.@Nullable Ports ports = data
                ? table.ports(vlan, destination, ipv6)
                : kind == MulticastGate.QUERY ? null : table.routers(vlan, ipv6);
        if (!data) {
            int refusal = traps.copyGroupMessage(burst, i, vlan);
            if (refusal != ControlTraps.COPIED) {
                return Verdict.drop(refusal);
            }
        }
        if (ports != null && !isStacked && !includesOther(ports.numbers(), burst.port[i])) {
            return data ? Verdict.drop(DropReason.NO_LISTENER) : Verdict.PUNTED;
        }
        int verdict = flood(burst, i, flags);
        burst.floodPorts[i] = ports == null ? null : ports.numbers();
        return verdict;
    }

    private static boolean includesOther(int[] ports, int ingress) {
        return ports.length > 1 || ports.length == 1 && ports[0] != ingress;
    }

    /** Returns the ports that a frame with the verdict {@link Verdict#FLOOD} is sent to. */
    int[] members(Burst burst, int i) {
        int[] ports = burst.floodPorts[i];
        return ports == null ? floods.ports(burst.vid[i]) : ports;
    }

    /** Returns the verdict on a frame that would be flooded: the storm limit may drop it. */
    int flood(Burst burst, int i, int flags) {
        burst.floodFlags[i] = 0;
        if (burst.floodPorts[i] != null) {
            burst.floodPorts[i] = null;
        }
        return policers.mayFlood(burst, i, flags) ? Verdict.FLOOD : Verdict.drop(DropReason.STORM_LIMIT);
    }

    /** Returns whether a flooded frame may leave by a port of its VLAN. @param wanted its {@code burst.floodFlags} */
    boolean reaches(int member, int wanted) {
        return (protections.flags[member] & wanted) != 0;
    }

    // ---- frames of protocols ----------------------------------------------------------------------------------------

    /**
     * Returns the verdict on a frame to one of the reserved addresses 01:80:c2:00:00:0x (IEEE 802.1Q-2022, table 8-1).
     */
    int reserved(Burst burst, int i, int vlan, long destination) {
        int flags = protections.flags[burst.port[i]];
        if (protections.tunnels.contains(vlan) && (CUSTOMERS >>> (int) (destination >>> 40 & 0xF) & 1) != 0) {
            int refusal = (flags & PortFlags.ADMISSION) == 0 ? ADMITTED : admit(burst, i, vlan, destination, flags);
            return refusal == ADMITTED ? flood(burst, i, flags) : refusal;
        }
        int trapped = traps.trap(burst, i, vlan, destination, flags);
        if (trapped != ControlTraps.NOT_TRAPPED) {
            return trapped;
        }
        if ((destination >>> 40 & 0xF) == 0 && PuntRules.isBpdu(burst, i)) {
            return bpdu(burst, i, flags);
        }
        if ((flags & PASSED) == 0 || (flags & passed(burst, i, destination)) == 0) {
            return Verdict.drop(DropReason.RESERVED_ADDRESS);
        }
        int refusal = (flags & PortFlags.ADMISSION) == 0 ? ADMITTED : admit(burst, i, vlan, destination, flags);
        return refusal == ADMITTED ? flood(burst, i, flags) : refusal;
    }

    /** Returns the flag that a port needs for {@code pass} to forward the frame, 0 if there is none. */
    private static int passed(Burst burst, int i, long destination) {
        int type = burst.typeOffset[i];
        return burst.headLength[i] < type + 2
                ? 0
                : LinkLocalProtocol.flag(Short.toUnsignedInt(Memory.getShortBe(burst.head(i) + type)),
                        (int) (destination >>> 40 & 0xF));
    }

    private int bpdu(Burst burst, int i, int flags) {
        if ((flags & PortFlags.BPDU_FORWARD) == 0 || (flags & (PortFlags.SHUT_LOOP | PortFlags.BOUND)) != 0) {
            return Verdict.drop(DropReason.GUARD_BPDU);
        }
        int verdict = flood(burst, i, flags);
        burst.floodFlags[i] = PortFlags.BPDU_FORWARD;
        return verdict;
    }
}
