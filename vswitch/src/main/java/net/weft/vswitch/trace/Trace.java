package net.weft.vswitch.trace;

import java.util.List;
import java.util.Locale;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Policy;
import org.jspecify.annotations.Nullable;

/**
 * The path of one frame through the switch with the reasons, as reported by the workers' own forwarding code.
 *
 * @param ingress name of the ingress port
 * @param verdict the outcome
 * @param reason the drop reason; null unless the verdict is {@link Verdict#DROP}
 * @param consumer the part of the switch that receives the frame or a copy, empty for none
 * @param vid the frame's VLAN, 0 if it was dropped before classification
 * @param steps the checks, in order
 * @param exits the output ports, in order, including those that drop the frame
 * @param policy the policy that decided, now or when the connection began; null if there is none
 */
public record Trace(String ingress, Verdict verdict, @Nullable DropReason reason, String consumer, int vid,
        List<Step> steps,
        List<Exit> exits, @Nullable Policy policy) {
    public Trace {
        steps = List.copyOf(steps);
        exits = List.copyOf(exits);
    }

    /** The outcome for a frame. */
    public enum Verdict {
        /** The frame leaves the one port on which its destination was learned. */
        FORWARD,
        /** The frame leaves every other port of its VLAN, or those that have joined its group. */
        FLOOD,
        /** The frame leaves no port: it is for the switch itself. */
        CONSUME,
        /** The frame leaves no port. */
        DROP;

        /** Returns the word that users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The stage of the forwarding path. */
    public enum Stage {
        /** Reception: the port, the frame. */
        RECEIVE,
        /** The classification into a VLAN, by the port's membership. */
        VLAN,
        /** The general checks: addresses, offloads, size, limits. */
        CHECK,
        /** The check whether the port may use the frame's source addresses. */
        GUARD,
        /** Consumption by the switch itself, of the frame or of a copy. */
        CONSUME,
        /** Learning of the source address. */
        LEARN,
        /** The lookup of the destination address. */
        LOOKUP,
        /** The evaluation by zones and policies. */
        POLICY,
        /** An output port: membership, tag, size. */
        EGRESS,
        /** Transmission by the device of the output port. */
        TRANSMIT,
        /** Mirroring: a copy, as received or as sent, goes to the mirror's target port. */
        MIRROR;

        /** Returns the word that users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The part of a port's configuration that decides a step. */
    public enum Setting {
        MEMBERSHIP, MTU, MAC_LIMIT, ENABLED, MIRROR, GUARD,
        /** The policy of {@link Trace#policy}, not the port. */
        POLICY,
        /** The zones of the port, or the rules for them. */
        ZONE,
        /** The port's device, or any other part of the port. */
        PORT
    }

    /**
     * One check of a frame.
     *
     * @param port name of the port whose configuration decided
     * @param setting the deciding part of that configuration; null if none decides
     * @param text the result, a sentence without full stop
     * @param reason the drop reason if the frame ends here; null otherwise
     */
    public record Step(Stage stage, String port, @Nullable Setting setting, String text, @Nullable DropReason reason) {
    }

    /**
     * A port that the frame, or a copy, is sent to.
     *
     * @param tag egress tag as {@code (tpid << 16) | tci}, 0 for none
     * @param lengths bytes of each frame that leaves, one for each segment that Weft cuts; empty when none leaves
     * @param segmentBytes payload bytes of the segments that the receiver of a super-frame cuts; 0 for an ordinary
     * frame
     * @param leg the leg of a link aggregation by which it leaves and why, without full stop; empty for any other port
     * @param reason the drop reason if it does not leave; null otherwise
     */
    public record Exit(String port, int tag, List<Integer> lengths, int segmentBytes, String leg,
            @Nullable DropReason reason) {
        public Exit {
            lengths = List.copyOf(lengths);
        }
    }
}
