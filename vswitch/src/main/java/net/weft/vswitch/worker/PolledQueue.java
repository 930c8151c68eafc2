package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.vswitch.burst.ReceiveQueue;

/**
 * A receive queue on its way through the workers, with what they note of it: it keeps its name and its numbers when it moves.
 * <p>
 * The worker that polls it is the only writer; anybody reads. Taking a queue from one worker and giving it to the next goes
 * through both workers' command queues, so the second goes on where the first stopped.
 */
final class PolledQueue {
    private static final VarHandle FRAMES;
    private static final VarHandle TIMED_NS;
    private static final VarHandle ASLEEP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FRAMES = lookup.findVarHandle(PolledQueue.class, "frames", long.class);
            TIMED_NS = lookup.findVarHandle(PolledQueue.class, "timedNs", long.class);
            ASLEEP = lookup.findVarHandle(PolledQueue.class, "asleep", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ReceiveQueue queue;
    /** Name of its port. */
    final String port;
    /** Number of its attachment, {@link net.weft.vswitch.burst.Burst#leg} of its frames. */
    final int leg;
    /** Which of the port's queues it is, from 0. */
    final int index;
    /** {@link net.weft.vswitch.burst.Burst#txQueueHint} of its frames. */
    final int txQueueHint;
    private long frames;
    private long timedNs;
    private boolean asleep;

    PolledQueue(ReceiveQueue queue, String port, int leg, int index, int txQueueHint) {
        this.queue = queue;
        this.port = port;
        this.leg = leg;
        this.index = index;
        this.txQueueHint = txQueueHint;
    }

    // ---- its worker ------------------------------------------------------------------------------------------------

    void countFrames(int received) {
        FRAMES.setOpaque(this, frames + received);
    }

    /** A sample: so long a burst of this queue took from receive to release. */
    void countTime(long ns) {
        TIMED_NS.setOpaque(this, timedNs + ns);
    }

    void asleep(boolean is) {
        ASLEEP.setOpaque(this, is);
    }

    // ---- any thread ------------------------------------------------------------------------------------------------

    /** Frames received so far. */
    long frames() {
        return (long) FRAMES.getOpaque(this);
    }

    /** Sum of the sampled times; means something beside those of the other queues of the worker. */
    long timedNs() {
        return (long) TIMED_NS.getOpaque(this);
    }

    /** Whether only epoll looks at it. */
    boolean isAsleep() {
        return (boolean) ASLEEP.getOpaque(this);
    }
}
