package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.forward.punt.PuntQueue;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;

/**
 * Punts frames to link protocols by the {@link PuntRules}: each frame passes the policer of its port and rule and
 * enters the queue of its rule. One per worker; nothing is allocated per frame.
 */
final class ControlTraps {
    /** Result of {@link #trap}: the frame is not taken away from forwarding. */
    static final int NOT_TRAPPED = Integer.MAX_VALUE;
    /** Result of {@link #copyGroupMessage}: the copy is in the protocol's queue. */
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
     * Traps a frame to a group address if a rule that takes frames away matches its header. Rules that copy frames are
     * skipped.
     * @return {@link #NOT_TRAPPED}, or the verdict on the frame
     */
    int take(Burst burst, int i, int vlan, long destination, int flags) {
        return trap(burst, i, vlan, destination, flags, true);
    }

    /**
     * Traps or copies a frame to a group address if a rule matches its header.
     * @return {@link #NOT_TRAPPED} if no rule matches or the rule copies the frame; else the verdict on the frame
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

    /** Copies a multicast group message to its protocol. Returns {@link #COPIED}, or the ordinal of the drop reason. */
    int copyGroupMessage(Burst burst, int i, int vlan) {
        int rule = rules.groupMessages();
        return rule == PuntRules.NONE ? COPIED : punt(rule, burst, i, vlan);
    }

    /**
     * Copies a message of ARP or neighbour discovery to whoever notes addresses. One that is beyond the limits is not
     * copied, and forwarded all the same.
     */
    void copyNeighborMessage(Burst burst, int i, int vlan) {
        int rule = rules.neighborMessages();
        if (rule != PuntRules.NONE) {
            punt(rule, burst, i, vlan);
        }
    }

    private int punt(int rule, Burst burst, int i, int vlan) {
        int refusal = policers.mayPunt(burst, i, rule) ? queues.queue(rule).offer(burst, i, vlan) : TOO_FAST;
        punted |= refusal == PuntQueue.TAKEN;
        return refusal;
    }

    /** Returns whether a frame was punted since the last call of this method. */
    boolean takePunted() {
        boolean was = punted;
        punted = false;
        return was;
    }
}
