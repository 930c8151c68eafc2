package net.weft.vswitch.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import net.weft.linux.TaskState;
import org.jspecify.annotations.Nullable;

/** How far a worker has come, for {@link Watchdog}: the turns it has begun, and whose turn it is. The worker writes; any thread reads. */
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

    /** The thread has started. */
    void begin() {
        directory = TaskState.directory();
    }

    void beginTurn() {
        TURN.setOpaque(this, turn + 1);
    }

    /** @param key {@link PollSet.Slot#key} of the queue whose turn it is, {@link PollSet#NOBODY} for none */
    void serve(int key) {
        SERVING.setOpaque(this, key);
    }

    // ---- any thread --------------------------------------------------------------------------------------------------

    /** Another number in each turn. */
    long turn() {
        return (long) TURN.getOpaque(this);
    }

    /** {@link PollSet.Slot#key} of the queue whose turn it is. */
    int serving() {
        return (int) SERVING.getOpaque(this);
    }

    /** Where the kernel speaks of the thread; null until that runs. */
    @Nullable
    Path directory() {
        return directory;
    }
}
