package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.vswitch.burst.ReceiveQueue;

/**
 * A receive queue together with its counters, which it keeps when it moves from one worker to another.
 * <p>
 * The worker that polls the queue is the only writer; any thread reads. A move goes through the command queues of both
 * workers, so the second worker continues the counts of the first.
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
    /** The name of its port. */
    final String port;
    /** The number of its attachment: the {@link net.weft.vswitch.burst.Burst#leg} of its frames. */
    final int leg;
    /** The index of the queue within its port, from 0. */
    final int index;
    /** The {@link net.weft.vswitch.burst.Burst#txQueueHint} of its frames. */
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

    /** Adds a sample: the nanoseconds that a burst of this queue took from receive to release. */
    void countTime(long ns) {
        TIMED_NS.setOpaque(this, timedNs + ns);
    }

    void asleep(boolean is) {
        ASLEEP.setOpaque(this, is);
    }

    // ---- any thread ------------------------------------------------------------------------------------------------

    /** Returns the number of frames received so far. */
    long frames() {
        return (long) FRAMES.getOpaque(this);
    }

    /**
     * Returns the sum of the sampled times, nanoseconds; meaningful only relative to the other queues of the same
     * worker.
     */
    long timedNs() {
        return (long) TIMED_NS.getOpaque(this);
    }

    /** Returns whether the queue is asleep, that is, left to epoll. */
    boolean isAsleep() {
        return (boolean) ASLEEP.getOpaque(this);
    }
}
