package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How long a worker's turns with work took together, and how many of them were stalls. One writer, any reader. */
public final class DutyCycleTime {
    private static final VarHandle BUSY_NS;
    /** A turn that takes longer is a stall: at full rate a ring of 1024 frames fills in as long. */
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

    /** Counts a turn that had work. The writer. */
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

    /** Turns that took longer than a millisecond. */
    public long stalls() {
        return stalls;
    }
}
