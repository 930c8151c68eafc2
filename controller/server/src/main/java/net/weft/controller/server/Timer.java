package net.weft.controller.server;

import java.time.Duration;

/** Runs tasks after a time that the monotonic clock measures, whatever happens to the clock of the day. Any thread. */
@FunctionalInterface
public interface Timer extends AutoCloseable {
    /** The timer that never runs a task. */
    Timer NEVER = (_, _) -> () -> {
    };

    /**
     * Runs a task once.
     *
     * @return cancels the task, if it has not begun
     */
    Runnable after(Duration delay, Runnable task);

    /** Ends the timer. Tasks that have not begun are not run. */
    @Override
    default void close() {
    }
}
