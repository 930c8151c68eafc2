package net.weft.vswitch.trace;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import net.weft.packet.MacWord;
import net.weft.packet.VlanTag;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.forward.LegGroup;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.stack.StackTable;
import net.weft.vswitch.trace.Trace.Exit;
import org.jspecify.annotations.Nullable;

/** Formats tags, memberships, offloads and frames for a trace. */
final class TraceWords {
    private TraceWords() {
    }

    /** Formats a tag, for example {@code 0x8100 vid 10 priority 5}. */
    static String tag(int tag) {
        return "0x%04x vid %d priority %d".formatted(VlanTag.tpid(tag), VlanTag.vid(tag), VlanTag.pcp(tag));
    }

    /** Formats an address whose first byte is lowest. */
    static String mac(long firstByteLowest) {
        return MacWord.format(firstByteLowest);
    }

    /** Describes the pending offload of a frame. @param word {@link Offload} word */
    static String offload(long word) {
        return Offload.gsoType(word) == Offload.GSO_NONE
                ? "checksum from byte " + Offload.csumStart(word) + " on left to be completed at "
                        + (Offload.csumStart(word)
                                + Offload.csumOffset(word))
                : "to be cut into segments of " + Offload.gsoSize(word) + " bytes";
    }

    /** Describes the VLAN into which a membership classifies a frame with this tag, or why there is none. */
    static String membership(VlanMembership membership, int tag) {
        int vid = membership.ingressVid(tag);
        return switch (vid) {
            case VlanMembership.TAGGED_ON_ACCESS ->
                "the frame has tag " + tag(tag) + ", and " + membership + " takes untagged frames only";
            case VlanMembership.NO_NATIVE ->
                "the frame is untagged, and " + membership + " has no native VLAN for it";
            case VlanMembership.FOREIGN_TPID ->
                "the frame's outer tag is " + tag(tag) + ", and " + membership + " takes 802.1Q tags (0x8100)"
                        + (membership.tunnels().isEmpty() ? "" : " or, in tunnel VLANs, " + tpid(membership));
            case VlanMembership.NOT_TUNNEL_TPID ->
                "VLAN " + VlanTag.vid(tag) + " is a tunnel, whose outer tag must be " + tpid(membership) + " on "
                        + membership;
            case VlanMembership.RESERVED_VID -> "the frame's VLAN ID 4095 is reserved";
            case VlanMembership.NOT_MEMBER -> "VLAN " + VlanTag.vid(tag) + " is not among those of " + membership;
            default -> "VLAN " + vid + ", by " + membership;
        };
    }

    private static String tpid(VlanMembership membership) {
        return "0x%04x".formatted(membership.tunnelTpid());
    }

    // ---- the way out -----------------------------------------------------------------------------------------------

    /** Describes the frames that leave a port. */
    static String frames(Exit exit) {
        int frames = exit.lengths().size();
        String bytes = exit.lengths().getFirst() + " bytes";
        if (exit.segmentBytes() > 0) {
            return "one super-frame of " + bytes + ", which the other side cuts into segments of "
                    + exit.segmentBytes();
        }
        return frames == 1
                ? "one frame of " + bytes
                : frames + " frames, cut by Weft: the first of " + bytes + ", the last of "
                        + exit.lengths().getLast();
    }

    /** Describes earlier losses of the port, which cannot be predicted for a single frame. */
    static String losses(@Nullable PortCounters counted) {
        StringBuilder text = new StringBuilder();
        for (DropReason reason : List.of(DropReason.RING_FULL, DropReason.REFUSED)) {
            long lost = counted == null ? 0 : counted.egressDrops(reason);
            if (lost > 0) {
                text.append("; of those before, ").append(lost).append(" were lost as ").append(reason.label())
                        .append(": ").append(reason.meaning());
            }
        }
        return text.toString();
    }

    /** Returns by which leg a frame leaves a link aggregation and why; empty for any other port. */
    static String leg(LegGroup.@Nullable Choice choice, int leg, IntFunction<String> names) {
        if (choice == null) {
            return "";
        }
        String hash = choice.fields().name().toLowerCase(Locale.ROOT).replace('_', '+');
        return "by leg " + names.apply(leg) + ", because its flow is in bucket " + choice.bucket() + " of "
                + LegGroup.BUCKETS + " (hash " + hash + ")"
                + (choice.isHome() ? "" : ", whose own leg is not in use") + "; in use are "
                + choice.legsInUse().stream().map(names::apply).collect(Collectors.joining(", "));
    }

    /** Describes the way of a frame into the stack. @param link name of the stack link that it takes */
    static String stack(StackTable stack, int port, String link) {
        if (stack.isSpread(port)) {
            return "stack: no leg is in use here; to the nearest member with one by " + link;
        }
        return stack.isRemote(port)
                ? "stack: to member " + stack.member(port) + " by " + link
                : "stack: to every member behind " + link;
    }
}
