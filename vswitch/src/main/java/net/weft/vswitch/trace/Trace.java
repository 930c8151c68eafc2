package net.weft.vswitch.trace;

import java.util.List;
import java.util.Locale;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Policy;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one frame, and why: told by the workers' own forwarding code.
 *
 * @param ingress name of the port it comes in by
 * @param verdict what becomes of it
 * @param reason why it goes nowhere; null unless the verdict is {@link Verdict#DROP}
 * @param consumer the part of the switch that is handed it or a copy, empty for none
 * @param vid the VLAN it travels in, 0 where it was refused before that was known
 * @param steps what was looked at, in order
 * @param exits the ports it was to leave by, in order, those that do not take it included
 * @param policy which decided about it, now or when its connection began; null where none did
 */
public record Trace(String ingress, Verdict verdict, @Nullable DropReason reason, String consumer, int vid,
        List<Step> steps,
        List<Exit> exits, @Nullable Policy policy) {
    public Trace {
        steps = List.copyOf(steps);
        exits = List.copyOf(exits);
    }

    /** What becomes of a frame. */
    public enum Verdict {
        /** It leaves by the one port its destination was learned on. */
        FORWARD,
        /** It leaves by every other port of its VLAN, or by those that want its group. */
        FLOOD,
        /** It leaves by none: the switch itself is who it is for. */
        CONSUME,
        /** It leaves by none. */
        DROP;

        /** The word users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where on its way a frame is. */
    public enum Stage {
        /** It came in: the port, the frame. */
        RECEIVE,
        /** Its VLAN, by the port's membership. */
        VLAN,
        /** Whether it may be forwarded at all: addresses, offloads, size, limits. */
        CHECK,
        /** Whether it is from whom its port may speak for. */
        GUARD,
        /** The switch takes it for itself, or a copy. */
        CONSUME,
        /** Its source is noted. */
        LEARN,
        /** Its destination is looked up. */
        LOOKUP,
        /** Whether zones and policies let it pass there. */
        POLICY,
        /** A port it is to leave by: membership, tag, size. */
        EGRESS,
        /** The device of that port takes it. */
        TRANSMIT,
        /** A copy of it, as it came in or as it left, goes to the port that another is mirrored to. */
        MIRROR;

        /** The word users see. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What of a port's configuration decides a step. */
    public enum Setting {
        MEMBERSHIP, MTU, MAC_LIMIT, ENABLED, MIRROR, GUARD,
        /** The policy of {@link Trace#policy}, not the port. */
        POLICY,
        /** The zones of the port, or what is said of them. */
        ZONE,
        /** The port's device, or anything else of it. */
        PORT
    }

    /**
     * One thing that was looked at.
     *
     * @param port whose configuration decided
     * @param setting which part of that; null where the configuration has no say
     * @param text what was found, a sentence without full stop
     * @param reason why it ends here; null when it goes on
     */
    public record Step(Stage stage, String port, @Nullable Setting setting, String text, @Nullable DropReason reason) {
    }

    /**
     * A port that the frame, or a copy, is handed to.
     *
     * @param tag what it leaves with as {@code (tpid << 16) | tci}, 0 for none
     * @param lengths bytes of each frame that leaves, one for each segment that Weft cuts; empty when none does
     * @param segmentBytes payload of the segments that whoever receives a super-frame cuts; 0 for an ordinary frame
     * @param reason why it does not leave; null when it does
     */
    public record Exit(String port, int tag, List<Integer> lengths, int segmentBytes, @Nullable DropReason reason) {
        public Exit {
            lengths = List.copyOf(lengths);
        }
    }
}
