package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the total duration of a worker's busy turns, and the turns that were stalls. One thread writes, any thread
 * reads.
 */
public final class DutyCycleTime {
    private static final VarHandle BUSY_NS;
    /** A longer turn counts as a stall: at full rate a ring of 1024 frames fills in this time. */
    private static final long STALL_NS = 1_000_000;

    static {
        try {
            BUSY_NS = MethodHandles.lookup().findVarHandle(DutyCycleTime.class, "busyNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int worker;
    private long busyNs;
    private volatile long stalls;

    DutyCycleTime(int worker) {
        this.worker = worker;
    }

    /** Adds a turn that handled frames. Writer's thread only. */
    void add(long turnNs, int frames) {
        BUSY_NS.setOpaque(this, busyNs + turnNs);
        if (turnNs > STALL_NS) {
            WorkerStall.report(worker, turnNs, frames);
            stalls = stalls + 1;
        }
    }

    public long busyNs() {
        return (long) BUSY_NS.getOpaque(this);
    }

    /** Returns the number of turns that took longer than a millisecond. */
    public long stalls() {
        return stalls;
    }
}
