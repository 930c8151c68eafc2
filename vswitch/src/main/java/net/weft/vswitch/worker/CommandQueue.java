package net.weft.vswitch.worker;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands for the one thread that may touch a worker's state. Everything but {@link #run} may be called by any other thread. */
final class CommandQueue {
    private static final int LOOK_MILLIS = 100;

    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread owner;
    private final Runnable wakeUp;
    private final Supplier<@Nullable String> stuck;

    /**
     * @param wakeUp has the owner call {@link #run} soon, also when it sleeps
     * @param stuck says that the owner will not call it for a long time, and why; null while it does
     */
    CommandQueue(Thread owner, Runnable wakeUp, Supplier<@Nullable String> stuck) {
        this.owner = owner;
        this.wakeUp = wakeUp;
        this.stuck = stuck;
    }

    /** Has a command run, after those given before. */
    void execute(Runnable command) {
        commands.add(command);
        wakeUp.run();
    }

    /**
     * Returns when the command has run, whatever came of it, or when the owner has ended. An interrupt is kept for later.
     *
     * @throws WorkerStuckException when the owner is stuck: it runs the command should it go on
     */
    void call(Runnable command) {
        CountDownLatch done = new CountDownLatch(1);
        execute(() -> {
            try {
                command.run();
            } finally {
                done.countDown();
            }
        });
        boolean interrupted = false;
        while (owner.isAlive()) {
            try {
                if (done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
                String why = stuck.get();
                if (why != null) {
                    throw new WorkerStuckException(why);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when all that was given before has run. */
    void flush() {
        call(() -> {
        });
    }

    /** Runs what was given so far. The owner. */
    void run() {
        if (!commands.isEmpty()) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
        }
    }
}
