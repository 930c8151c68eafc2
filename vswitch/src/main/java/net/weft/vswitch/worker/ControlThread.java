package net.weft.vswitch.worker;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one thread that owns the ports. Tasks run one after the other; a fault in one is logged and costs none of the others. */
public final class ControlThread {
    private static final System.Logger LOG = System.getLogger(ControlThread.class.getName());

    private static final int LAST_TASK_SECONDS = 10;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "weft-ports");
        thread.setDaemon(true);
        return thread;
    });

    /** Runs a task again and again, so long after it was done. */
    public void repeat(Runnable task, long pauseMillis) {
        var unused = executor.scheduleWithFixedDelay(() -> guarded(task), pauseMillis, pauseMillis,
                TimeUnit.MILLISECONDS);
    }

    /** Runs a task soon; nothing happens once the switch is closing. Any thread. */
    public void execute(Runnable task) {
        try {
            executor.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the switch is closing", e);
        }
    }

    /**
     * Runs a task and returns with its result. Any other thread.
     *
     * @throws IllegalStateException when interrupted, or after {@link #shutdown}
     */
    public <T> T call(Callable<T> task) {
        try {
            return executor.submit(task).get();
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the switch is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the switch was busy", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    public boolean isShutdown() {
        return executor.isShutdown();
    }

    /** Takes no more tasks, and returns when the last of those it has is done. */
    public void shutdown() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_TASK_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.ERROR, "port supervision does not end; please report this");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "port supervision failed; it goes on", e);
        }
    }
}
