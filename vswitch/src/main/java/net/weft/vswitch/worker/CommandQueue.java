package net.weft.vswitch.worker;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands for the one thread that may touch a worker's state. Any other thread may call every method except {@link
 * #run}.
 */
final class CommandQueue {
    private static final int LOOK_MILLIS = 100;

    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread owner;
    private final Runnable wakeUp;
    private final Supplier<@Nullable String> stuck;

    /**
     * @param owner the thread that calls {@link #run}
     * @param wakeUp makes the owner call {@link #run} soon, also when it sleeps
     * @param stuck returns the reason why the owner will not call {@link #run} for a long time, or null while it does
     */
    CommandQueue(Thread owner, Runnable wakeUp, Supplier<@Nullable String> stuck) {
        this.owner = owner;
        this.wakeUp = wakeUp;
        this.stuck = stuck;
    }

    /** Enqueues a command. Commands run in the order in which they were enqueued. Does not wait. */
    void execute(Runnable command) {
        commands.add(command);
        wakeUp.run();
    }

    /**
     * Runs a command on the owner's thread and waits until it has run (even if it failed) or the owner has ended. An
     * interrupt does not end the wait; the caller's interrupt flag is set on return.
     *
     * @throws WorkerStuckException when the owner is stuck; the command stays queued and runs if the owner goes on
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

    /** Waits until all commands enqueued so far have run. */
    void flush() {
        call(() -> {
        });
    }

    /** Returns whether no command waits. Owner's thread only. */
    boolean isEmpty() {
        return commands.isEmpty();
    }

    /** Runs all enqueued commands. Owner's thread only. */
    void run() {
        if (!commands.isEmpty()) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
        }
    }
}
