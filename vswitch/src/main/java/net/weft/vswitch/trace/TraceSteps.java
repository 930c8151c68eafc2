package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.trace.Trace.Exit;
import net.weft.vswitch.trace.Trace.Setting;
import net.weft.vswitch.trace.Trace.Stage;
import net.weft.vswitch.trace.Trace.Step;
import net.weft.vswitch.trace.Trace.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Describes what a {@code Forwarder} did with the one frame of a burst. It is created before the frame is forwarded,
 * because it needs the MAC table as it was; the steps are built afterwards, stage by stage up to the one whose drop was
 * counted.
 */
final class TraceSteps {
    private static final int NOBODY = -1;
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;

    private final Snapshot snapshot;
    private final MacTable macs;
    private final Burst burst;
    private final int ingress;
    private final IntFunction<String> names;
    private final String port;
    private final String received;
    private final long offload;
    private final @Nullable VlanMembership membership;
    private final int sourceBefore;
    private final List<Step> steps = new ArrayList<>();
    private final long[] row;

    TraceSteps(Snapshot snapshot, MacTable macs, Burst burst, int ingress, IntFunction<String> names) {
        this.snapshot = snapshot;
        this.macs = macs;
        this.burst = burst;
        this.ingress = ingress;
        this.names = names;
        port = names.apply(ingress);
        membership = snapshot.membership[ingress];
        PortCounters counted = snapshot.counters[ingress];
        row = counted == null ? new long[0] : counted.row(0);
        received = describe();
        offload = burst.offload[0];
        int vid = membership == null || burst.length[0] < 18 ? NOBODY : membership.ingressVid(outerTag());
        sourceBefore = vid < 0 ? NOBODY : macs.lookup(vid, source());
    }

    /**
     * Builds the trace.
     *
     * @param totals the live counters of the ports
     * @param punted rules by which the frame was punted to link protocols
     */
    Trace build(@Nullable PortCounters[] totals, List<Exit> exits, List<PuntRule> punted, ZoneSteps zones) {
        int vid = burst.vid[0];
        DropReason reason = ingressDrop();
        boolean consumed = row.length > 0 && row[PortCounters.PUNTED] > 0;
        Stage last = consumed ? Stage.CONSUME : reason == null ? Stage.TRANSMIT : stage(reason);
        step(Stage.RECEIVE, Setting.PORT, received, null);
        if (!snapshot.links.isUp(ingress)) {
            step(Stage.RECEIVE, null,
                    "the port is not up, so no frame comes in by it now; this is what would follow",
                    null);
        }
        if (last.compareTo(Stage.VLAN) >= 0 && membership != null) {
            step(Stage.VLAN, Setting.MEMBERSHIP, reason == DropReason.DOUBLE_TAG
                    ? "a priority tag, and a second tag behind it"
                    : TraceWords.membership(membership, outerTag()),
                    last == Stage.VLAN ? reason : null);
        }
        if (last.compareTo(Stage.CHECK) > 0) {
            step(Stage.CHECK, null, "addresses, offloads and size are in order", null);
        }
        if (snapshot.zones.isBound(ingress) && last.compareTo(Stage.GUARD) >= 0) {
            step(Stage.GUARD, Setting.GUARD, ZoneSteps.guard(last == Stage.GUARD ? reason : null),
                    last == Stage.GUARD ? reason : null);
        }
        if (last.compareTo(Stage.LEARN) >= 0) {
            step(Stage.LEARN,
                    reason == DropReason.MAC_LIMIT
                            ? Setting.MAC_LIMIT
                            : reason == DropReason.MAC_MOVE ? Setting.PORT : null,
                    learnText(reason),
                    last == Stage.LEARN ? reason : null);
        }
        boolean flooded = row.length > 0 && row[PortCounters.FLOODED] > 0;
        if (last.compareTo(Stage.LOOKUP) >= 0) {
            step(Stage.LOOKUP, null, lookupText(vid, flooded), last == Stage.LOOKUP ? reason : null);
        }
        if (zones.isEvaluated() && last.compareTo(Stage.POLICY) >= 0) {
            step(Stage.POLICY, zones.policy() == null ? Setting.ZONE : Setting.POLICY, zones.evaluated(),
                    last == Stage.POLICY ? reason : null);
        }
        if (reason != null && (last == Stage.RECEIVE || last == Stage.CHECK)) {
            step(last, switch (reason) {
                case OVERSIZE -> Setting.MTU;
                case PORT_DOWN -> Setting.ENABLED;
                case GUARD_BPDU, STORM_LIMIT, RATE_LIMIT, LOOP -> Setting.PORT;
                default -> null;
            }, checkText(reason), reason);
        }
        punted.forEach(rule -> step(Stage.CONSUME, Setting.PORT, rule.meaning(), null));
        exits.forEach(exit -> leave(exit, totals));
        return new Trace(port, consumed ? Verdict.CONSUME : verdict(reason, flooded, exits),
                reason != null ? reason : lost(exits), punted.isEmpty() ? "" : punted.getFirst().protocol(),
                last.compareTo(Stage.VLAN) > 0 ? vid : 0, steps, exits, zones.policy());
    }

    private @Nullable DropReason ingressDrop() {
        for (DropReason reason : DropReason.values()) {
            if (row.length > 0 && row[PortCounters.ingressDrop(reason.ordinal())] > 0) {
                return reason;
            }
        }
        return null;
    }

    private Stage stage(DropReason reason) {
        return switch (reason) {
            case PORT_DOWN -> Stage.RECEIVE;
            case MALFORMED -> hasWholeHeader() ? Stage.CHECK : Stage.RECEIVE;
            case NOT_MEMBER, DOUBLE_TAG -> Stage.VLAN;
            case MAC_LIMIT, MAC_MOVE -> Stage.LEARN;
            case SAME_PORT, NO_DESTINATION, NO_LISTENER -> Stage.LOOKUP;
            case GUARD_MAC, GUARD_IP, GUARD_DHCP, GUARD_RA, GUARD_QUERIER -> Stage.GUARD;
            case ZONE_DENIED, POLICY_DROP, POLICY_REJECT, INVALID_STATE, FRAGMENT, CONNECTION_LIMIT -> Stage.POLICY;
            default -> Stage.CHECK;
        };
    }

    private static Verdict verdict(@Nullable DropReason reason, boolean flooded, List<Exit> exits) {
        if (reason != null || exits.stream().allMatch(exit -> exit.reason() != null)) {
            return Verdict.DROP;
        }
        return flooded ? Verdict.FLOOD : Verdict.FORWARD;
    }

    /** Returns the reason why the frame left none of its output ports, or null. */
    private static @Nullable DropReason lost(List<Exit> exits) {
        return exits.isEmpty() || exits.stream().anyMatch(exit -> exit.reason() == null)
                ? null
                : exits.getFirst().reason();
    }

    // ---- the way in ------------------------------------------------------------------------------------------------

    private String describe() {
        int length = burst.length[0];
        if (length < 14) {
            return length + " bytes, which is less than an Ethernet header";
        }
        int tag = outerTag();
        return length + " bytes from " + TraceWords.mac(source()) + " to " + TraceWords.mac(destination())
                + (tag == 0 ? ", untagged" : ", tag " + TraceWords.tag(tag))
                + (burst.offload[0] == 0 ? "" : ", " + TraceWords.offload(burst.offload[0]));
    }

    private int outerTag() {
        if (burst.tag[0] != 0 || burst.length[0] < 18) {
            return burst.tag[0];
        }
        long at = burst.head(0) + 12;
        return EtherType.isVlan(Short.toUnsignedInt(Memory.getShortBe(at))) ? Memory.getIntBe(at) : 0;
    }

    /** Returns whether there is a whole Ethernet header, including its tag if it has one. */
    private boolean hasWholeHeader() {
        int length = burst.length[0];
        return length >= 18 || length >= 14 && (burst.tag[0] != 0
                || !EtherType.isVlan(Short.toUnsignedInt(Memory.getShortBe(burst.head(0) + 12))));
    }

    private String checkText(DropReason reason) {
        return switch (reason) {
            case OVERSIZE -> burst.length[0] + " bytes, more than the port's MTU of " + snapshot.mtu[ingress]
                    + " and its headers";
            case RESERVED_ADDRESS -> "to " + TraceWords.mac(destination());
            case MALFORMED -> malformedText();
            case BAD_OFFLOAD, HEADER_TOO_LONG -> TraceWords.offload(offload);
            case GUARD_BPDU -> "a spanning tree frame, on a port that does not forward them";
            case STORM_LIMIT -> "one flooded frame too many for `storm-limit`, just now";
            case RATE_LIMIT -> "more bits than `rate-limit` allows, just now";
            case LOOP -> "the port is shut, because it closes a loop";
            default -> reason.meaning();
        };
    }

    private String malformedText() {
        if (!hasWholeHeader()) {
            return "no whole Ethernet header";
        }
        return (source() & 1) != 0 || source() == 0
                ? TraceWords.mac(source()) + " is no station's address"
                : "its headers contradict themselves";
    }

    // ---- the tables ------------------------------------------------------------------------------------------------

    private String learnText(@Nullable DropReason reason) {
        String mac = TraceWords.mac(source());
        if (reason == DropReason.MAC_LIMIT) {
            return mac + " is new, and " + port + " has " + macs.entries(ingress) + " stations of "
                    + snapshot.macLimit[ingress];
        }
        if (reason == DropReason.MAC_MOVE) {
            return (snapshot.protections.flags[ingress] & PortFlags.SHUT_MOVE) != 0
                    ? "the port is shut, because addresses moved to it again and again"
                    : mac + " stays on " + names.apply(sourceBefore) + " for some seconds, because it moves too often";
        }
        if (sourceBefore == ingress) {
            return mac + " is known on " + port;
        }
        return sourceBefore == NOBODY
                ? mac + " is new, and would be learned on " + port
                : mac + " was on " + names.apply(sourceBefore) + ", and would move to " + port;
    }

    private String lookupText(int vid, boolean flooded) {
        String mac = TraceWords.mac(destination());
        if ((destination() & 1) != 0) {
            return mac + " is a group: to " + MulticastSteps.of(snapshot, burst, destination(), vid, names);
        }
        int at = macs.lookup(vid, destination());
        if (at < 0 || flooded) {
            return mac + " is unknown in VLAN " + vid + ": to every other port of it";
        }
        return mac + " was learned on " + names.apply(at) + " in VLAN " + vid;
    }

    // ---- the way out -----------------------------------------------------------------------------------------------

    private void leave(Exit exit, @Nullable PortCounters[] totals) {
        DropReason reason = exit.reason();
        int number = number(exit.port());
        if (reason == DropReason.OVERSIZE) {
            step(Stage.EGRESS, exit.port(), Setting.MTU,
                    burst.length[0] + " bytes, more than MTU " + snapshot.mtu[number] + " and its headers", reason);
        } else if (reason == DropReason.PORT_DOWN) {
            step(Stage.EGRESS, exit.port(), Setting.PORT, exit.port() + " is not up", reason);
        } else if (reason == DropReason.DOUBLE_TAG) {
            step(Stage.EGRESS, exit.port(), Setting.MEMBERSHIP,
                    "its tag would be removed, and a second stands behind it",
                    reason);
        } else if (reason == DropReason.RATE_LIMIT) {
            step(Stage.EGRESS, exit.port(), Setting.PORT, "more bits than `rate-limit` allows, just now", reason);
        } else if (reason != null && stage(reason) == Stage.POLICY) {
            step(Stage.POLICY, exit.port(), Setting.ZONE, "a copy for " + exit.port() + " is judged for itself",
                    reason);
        } else if (reason != null) {
            step(Stage.TRANSMIT, exit.port(), Setting.PORT, exit.port() + " does not take it", reason);
        } else {
            VlanMembership egress = snapshot.membership[number];
            step(Stage.EGRESS, exit.port(), Setting.MEMBERSHIP,
                    (exit.tag() == 0 ? "untagged" : "tag " + TraceWords.tag(exit.tag())) + ", by " + egress, null);
            step(Stage.TRANSMIT, exit.port(), null,
                    TraceWords.frames(exit) + (exit.leg().isEmpty() ? "" : ", " + exit.leg())
                            + TraceWords.losses(totals[number]),
                    null);
        }
    }

    private int number(String name) {
        for (int number = 0; number < snapshot.ports(); number++) {
            if (snapshot.membership[number] != null && names.apply(number).equals(name)) {
                return number;
            }
        }
        return ingress;
    }

    // ---- words -----------------------------------------------------------------------------------------------------

    private void step(Stage stage, @Nullable Setting setting, String text, @Nullable DropReason reason) {
        step(stage, port, setting, text, reason);
    }

    private void step(Stage stage, String by, @Nullable Setting setting, String text, @Nullable DropReason reason) {
        steps.add(new Step(stage, by, setting, text, reason));
    }

    /** Returns the destination address, first byte lowest, as in the MAC table. */
    private long destination() {
        return Memory.getLong(burst.head(0)) & MAC_MASK;
    }

    private long source() {
        return Memory.getLong(burst.head(0) + 4) >>> 16;
    }
}
