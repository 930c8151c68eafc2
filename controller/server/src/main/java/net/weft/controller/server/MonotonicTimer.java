package net.weft.controller.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks on one thread, {@code weft-confirm}, by {@link System#nanoTime}. */
public final class MonotonicTimer implements Timer {
    private final ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("weft-confirm").factory());

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Future<?> scheduled = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
