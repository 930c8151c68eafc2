package net.weft.vswitch.worker;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Commands for the one thread that may touch a worker's state. Everything but {@link #run} may be called by any other thread. */
final class CommandQueue {
    private static final int LOOK_MILLIS = 100;

    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread owner;
    private final Runnable wakeUp;

    /** @param wakeUp has the owner call {@link #run} soon, also when it sleeps */
    CommandQueue(Thread owner, Runnable wakeUp) {
        this.owner = owner;
        this.wakeUp = wakeUp;
    }

    /** Has a command run, after those given before. */
    void execute(Runnable command) {
        commands.add(command);
        wakeUp.run();
    }

    /** Returns when the command has run, whatever came of it, or when the owner has ended. An interrupt is kept for later. */
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
