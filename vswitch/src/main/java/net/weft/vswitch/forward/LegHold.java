package net.weft.vswitch.forward;

import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import org.jspecify.annotations.Nullable;

/**
 * Holds the frames of buckets that are about to move to another leg of a link aggregation, so that none overtakes those
 * on the old leg: a first-in first-out ring of {@value #FRAMES} copies. A frame is released when its bucket is no longer
 * held; when the ring is full, or a frame is older than {@value #LONGEST_NS} ns, the holds end.
 * <p>
 * Belongs to one worker; not thread-safe; nothing is allocated after the first frame. Pages that were never used take no
 * memory.
 */
final class LegHold implements AutoCloseable {
    /** The maximum number of held frames; a power of two. */
    static final int FRAMES = 256;
    static final long LONGEST_NS = 8_000_000;
    private static final int SLOT_BYTES = Burst.MAX_FRAME + 4095 & ~4095;

    private final int workerId;
    private final int[] length = new int[FRAMES];
    private final int[] egress = new int[FRAMES];
    private final int[] ingressTag = new int[FRAMES];
    private final int[] egressTag = new int[FRAMES];
    private final int[] typeOffset = new int[FRAMES];
    private final int[] headLength = new int[FRAMES];
    private final int[] bucket = new int[FRAMES];
    private final int[] txQueueHint = new int[FRAMES];
    private final long[] offload = new long[FRAMES];
    private final long[] heldNs = new long[FRAMES];
    private final @Nullable LegBuckets[] buckets = new @Nullable LegBuckets[FRAMES];
    private @Nullable Mapping mapping;
    private @Nullable Burst burst;
    private int head;
    private int tail;

    LegHold(int workerId) {
        this.workerId = workerId;
    }

    boolean isEmpty() {
        return head == tail;
    }

    boolean isFull() {
        return tail - head == FRAMES;
    }

    /** The burst into which frames are released. */
    Burst burst() {
        Burst of = burst;
        if (of == null) {
            of = new Burst();
            burst = of;
        }
        return of;
    }

    /** Holds a copy of a frame. The ring must not be full. */
    void add(Burst from, int i, int port, int tag, LegBuckets live, int of, long nowNs) {
        int slot = tail & FRAMES - 1;
        long at = memory().address() + (long) slot * SLOT_BYTES;
        Memory.copy(from.head(i), at, from.headLength[i]);
        at += from.headLength[i];
        for (int n = 0; n < from.bodyCount(i); n++) {
            Memory.copy(from.bodyAddress(i, n), at, from.bodyLength(i, n));
            at += from.bodyLength(i, n);
        }
        FaultCalls.deliver();
        tail++;
        length[slot] = from.length[i];
        headLength[slot] = from.headLength[i];
        typeOffset[slot] = from.typeOffset[i];
        ingressTag[slot] = from.tag[i];
        offload[slot] = from.offload[i];
        txQueueHint[slot] = from.txQueueHint;
        egress[slot] = port;
        egressTag[slot] = tag;
        buckets[slot] = live;
        bucket[slot] = of;
        heldNs[slot] = nowNs;
        live.pending(workerId)[of]++;
    }

    private Mapping memory() {
        Mapping of = mapping;
        if (of == null) {
            long bytes = (long) FRAMES * SLOT_BYTES;
            try (Fd fd = Memfd.create("weft-held-legs", bytes)) {
                of = Mapping.shared(fd, 0, bytes);
            }
            mapping = of;
        }
        return of;
    }

    /**
     * Ends the hold of the oldest frame's bucket if the frame has been held for too long, and returns whether the oldest
     * frame may leave.
     */
    boolean isDue(long nowNs) {
        int slot = head & FRAMES - 1;
        LegBuckets of = buckets[slot];
        if (isEmpty() || of == null) {
            return false;
        }
        if (nowNs - heldNs[slot] >= LONGEST_NS && of.isHeld(bucket[slot])) {
            of.hold(bucket[slot], false);
        }
        return !of.isHeld(bucket[slot]) && isOfTheSameQueue(slot);
    }

    /** Returns whether a frame may leave in the burst of those taken before: a guest's ring is chosen for a whole burst. */
    private boolean isOfTheSameQueue(int slot) {
        Burst to = burst();
        return to.count == 0 || to.txQueueHint == txQueueHint[slot];
    }

    /** Ends the hold of every held frame's bucket. */
    void endAll() {
        for (int n = head; n != tail; n++) {
            LegBuckets of = buckets[n & FRAMES - 1];
            if (of != null && of.isHeld(bucket[n & FRAMES - 1])) {
                of.hold(bucket[n & FRAMES - 1], false);
            }
        }
    }

    /** Moves the oldest frame into {@link #burst}, and returns its egress port. */
    int take() {
        int slot = head++ & FRAMES - 1;
        Burst to = burst();
        to.txQueueHint = txQueueHint[slot];
        long at = memory().address() + (long) slot * SLOT_BYTES;
        int i = to.begin(length[slot], egress[slot], offload[slot], ingressTag[slot]);
        Memory.copy(at, to.head(i), headLength[slot]);
        to.headLength[i] = headLength[slot];
        to.typeOffset[i] = typeOffset[slot];
        to.flowHash[i] = 0;
        if (length[slot] > headLength[slot]) {
            to.appendBody(i, at + headLength[slot], length[slot] - headLength[slot]);
        }
        LegBuckets of = buckets[slot];
        if (of != null) {
            of.pending(workerId)[bucket[slot]]--;
        }
        buckets[slot] = null;
        return egress[slot];
    }

    /** The egress tag of the frame that was taken last. */
    int takenTag() {
        return egressTag[head - 1 & FRAMES - 1];
    }

    /** The bucket of the frame that was taken last. */
    int takenBucket() {
        return bucket[head - 1 & FRAMES - 1];
    }

    /** Discards what is held: the worker has ended, and another one of the same id may use the buckets. */
    @Override
    public void close() {
        for (; !isEmpty(); head++) {
            LegBuckets live = buckets[head & FRAMES - 1];
            if (live != null) {
                live.pending(workerId)[bucket[head & FRAMES - 1]]--;
            }
        }
        Mapping of = mapping;
        if (of != null) {
            of.close();
        }
        Burst out = burst;
        if (out != null) {
            out.close();
        }
    }
}
