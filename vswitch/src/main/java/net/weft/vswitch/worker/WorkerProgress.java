package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import net.weft.linux.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a worker, for {@link Watchdog}: the number of turns it has begun, and the queue it is serving. The
 * worker writes; any thread reads.
 */
final class WorkerProgress {
    private static final VarHandle TURN;
    private static final VarHandle SERVING;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(WorkerProgress.class, "turn", long.class);
            SERVING = MethodHandles.lookup().findVarHandle(WorkerProgress.class, "serving", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long turn;
    private int serving = PollSet.NOBODY;
    private volatile @Nullable Path directory;

    // ---- the worker --------------------------------------------------------------------------------------------------

    /** Records that the thread has started. */
    void begin() {
        directory = TaskState.directory();
    }

    void beginTurn() {
        TURN.setOpaque(this, turn + 1);
    }

    /**
     * Records the queue that is being served. @param key the queue's {@link PollSet.Slot#key}, or {@link
     * PollSet#NOBODY} for none
     */
    void serve(int key) {
        SERVING.setOpaque(this, key);
    }

    // ---- any thread --------------------------------------------------------------------------------------------------

    /** Returns a number that changes in each turn. */
    long turn() {
        return (long) TURN.getOpaque(this);
    }

    /** Returns the {@link PollSet.Slot#key} of the queue that is being served, or {@link PollSet#NOBODY}. */
    int serving() {
        return (int) SERVING.getOpaque(this);
    }

    /** Returns the thread's directory in /proc; null before the thread runs. */
    @Nullable
    Path directory() {
        return directory;
    }
}
