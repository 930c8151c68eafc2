package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.offload.FrameSize;
import org.jspecify.annotations.Nullable;

/**
 * A run: frames of one burst that leave by the same port and in the same way as the frame before them, so that the egress
 * checks are made once for all of them. Within the run of a port with one leg, the leg is the same, too; within the run
 * of a link aggregation, each frame's leg is that of its flow.
 * <p>
 * A run lies within one burst, so a link that goes down and a bucket that is held end it with the burst, as they do for
 * frames that were appended already. Belongs to one worker; not thread-safe; nothing is allocated per frame.
 */
final class EgressRun {
    private static final int NONE = -1;

    private final int workerId;
    private int egress = NONE;
    private int vid;
    /** Tag with which the frames of the run came in, and with which they leave. */
    private int ingressTag;
    private int tag;
    private int mtu;
    /** The list of the only leg of the egress port; null if the port has several legs. */
    private @Nullable TransmitList list;
    private @Nullable LegGroup group;
    /** The legs of the group that carry frames, a bit a slot. */
    private int up;

    /** @param workerId id of the worker, negative for a trace */
    EgressRun(int workerId) {
        this.workerId = workerId;
    }

    /**
     * Begins a run, unless frames of the port's flows may have to be held.
     * @param i a frame that was appended to the list of its leg, and hides no tag
     * @param egressTag the tag with which it leaves
     * @param last the list to which it was appended
     */
    void begin(Burst burst, int i, int port, int egressTag, TransmitList last, Snapshot snapshot) {
        LegGroup legs = snapshot.legs.group(port);
        if (legs != null && legs.mayHold()) {
            return;
        }
        egress = port;
        vid = burst.vid[i];
        ingressTag = burst.tag[i];
        tag = egressTag;
        mtu = snapshot.mtu[port];
        group = legs;
        list = legs == null ? last : null;
        up = legs == null ? 0 : snapshot.links.forwarding(port);
    }

    void end() {
        egress = NONE;
    }

    /** Returns whether a frame to a port leaves like the frame before it. */
    boolean continues(Burst burst, int i, int port) {
        return port == egress && burst.vid[i] == vid && burst.tag[i] == ingressTag && !OuterTag.hides(burst, i)
                && !FrameSize.exceeds(burst, i, mtu);
    }

    /** The list of all frames of the run; null if each is appended to the list of its {@link #leg}. */
    @Nullable
    TransmitList list() {
        return list;
    }

    /**
     * Returns the leg of a frame of a run out of several legs, and notes when its bucket was used.
     * @return number of the leg, negative if no leg is up
     */
    int leg(Burst burst, int i, long nowNs) {
        LegGroup legs = group;
        return legs == null ? LegGroup.NONE : legs.pickUnheld(burst, i, up, workerId, nowNs);
    }

    /** The tag with which the frames of the run leave, as {@code (tpid << 16) | tci}; 0 for none. */
    int tag() {
        return tag;
    }
}
