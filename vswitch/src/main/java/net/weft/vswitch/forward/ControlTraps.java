package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Verdict;

/**
 * Hands frames to link protocols by the {@link PuntRules}: each through the policer of its port and rule, into the queue of its rule. One
 * per worker; nothing is allocated per frame.
 */
final class ControlTraps {
    /** {@link #trap}: no protocol takes the frame. */
    static final int NOT_TRAPPED = Integer.MAX_VALUE;
    /** {@link #copy}: the protocol has it. */
    static final int COPIED = PuntQueue.TAKEN;
    private static final int TOO_FAST = DropReason.PUNT_LIMIT.ordinal();

    private final PuntQueues queues;
    private final PuntRules rules;
    private final Policers policers;
    private boolean punted;

    ControlTraps(PuntQueues queues, Policers policers) {
        this.queues = queues;
        this.policers = policers;
        rules = queues.rules();
    }

    /**
     * Takes a frame to a group address that a rule matches by its header and takes away. Rules that want a copy do not count here.
     *
     * @return {@link #NOT_TRAPPED}, or the verdict on the frame
     */
    int take(Burst burst, int i, int vlan, long destination, int flags) {
        return trap(burst, i, vlan, destination, flags, true);
    }

    /**
     * Takes or copies a frame to a group address that a rule matches by its header.
     *
     * @return {@link #NOT_TRAPPED} when none does, or when the rule wants a copy; else the verdict on the frame
     */
    int trap(Burst burst, int i, int vlan, long destination, int flags) {
        return trap(burst, i, vlan, destination, flags, false);
    }

    private int trap(Burst burst, int i, int vlan, long destination, int flags, boolean takenOnly) {
        int rule = rules.header(burst, i, destination, flags, takenOnly);
        if (rule == PuntRules.NONE) {
            return NOT_TRAPPED;
        }
        int refusal = punt(rule, burst, i, vlan);
        if (!rules.isTaken(rule)) {
            return NOT_TRAPPED;
        }
        return refusal == COPIED ? Verdict.PUNTED : Verdict.drop(refusal);
    }

    /** Copies a multicast group message to its protocol; {@link #COPIED}, or the ordinal of the reason why not. */
    int copyGroupMessage(Burst burst, int i, int vlan) {
        int rule = rules.groupMessages();
        return rule == PuntRules.NONE ? COPIED : punt(rule, burst, i, vlan);
    }

    private int punt(int rule, Burst burst, int i, int vlan) {
        int refusal = policers.mayPunt(burst.port[i], rule) ? queues.queue(rule).offer(burst, i, vlan) : TOO_FAST;
        punted |= refusal == PuntQueue.TAKEN;
        return refusal;
    }

    /** Whether a protocol was given something since this was last asked. */
    boolean takePunted() {
        boolean was = punted;
        punted = false;
        return was;
    }
}
