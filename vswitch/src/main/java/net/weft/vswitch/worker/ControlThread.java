package net.weft.vswitch.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the ports. {@link #doWork} is its duty cycle: it runs the timers that are due, then the
 * commands of other threads, one after the other; between turns it sleeps until the next timer or the next command.
 * Nothing that may block belongs here, because every caller waits for this thread: a command that takes longer than a
 * second is logged by its name. A fault in one command or timer is logged and counted, and does not affect the others.
 */
public final class ControlThread {
    private static final System.Logger LOG = System.getLogger(ControlThread.class.getName());

    private static final int LAST_COMMAND_SECONDS = 10;
    /** The maximum number of commands a turn, so that a flood of commands cannot starve the timers. */
    private static final int COMMANDS_A_TURN = 64;
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(1);
    /** The longest sleep; also the pause after a turn that ended in a fault. */
    private static final long LONGEST_SLEEP_NS = TimeUnit.SECONDS.toNanos(1);

    private record Command(String name, Runnable task, @Nullable CompletableFuture<?> result) {
        private void refuse() {
            if (result != null) {
                result.completeExceptionally(closed());
            }
        }
    }

    private static final class Timer {
        private final String name;
        private final LongSupplier periodNs;
        private final LongConsumer task;
        private long ranNs;

        private Timer(String name, LongSupplier periodNs, LongConsumer task, long nowNs) {
            this.name = name;
            this.periodNs = periodNs;
            this.task = task;
            ranNs = nowNs;
        }

        /** Returns the nanoseconds until the timer is due; 0 or less when it is due now. */
        private long dueIn(long nowNs) {
            return ranNs + periodNs.getAsLong() - nowNs;
        }
    }

    private final LongSupplier clock;
    private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
    private final List<Timer> timers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "weft-control");
    private volatile long faults;
    private volatile boolean closing;
    private volatile boolean ended;

    public ControlThread() {
        this(System::nanoTime);
    }

    /** @param clock monotonic clock, nanoseconds */
    public ControlThread(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Registers a periodic task. Call before {@link #start}.
     *
     * @param name the task's name in the log when it fails or takes long
     * @param periodNs nanoseconds from the start of one run to the start of the next; read again at every turn, so that
     * a timer can be slow while it has nothing to do
     * @param task receives the clock, nanoseconds
     */
    public void every(String name, LongSupplier periodNs, LongConsumer task) {
        timers.add(new Timer(name, periodNs, task, clock.getAsLong()));
    }

    /** Registers a periodic task with a fixed period. Call before {@link #start}. */
    public void every(String name, long periodMillis, LongConsumer task) {
        long periodNs = TimeUnit.MILLISECONDS.toNanos(periodMillis);
        every(name, () -> periodNs, task);
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs one turn of the duty cycle.
     *
     * @return the number of timers and commands that ran
     */
    int doWork(long nowNs) {
        int work = 0;
        for (Timer timer : timers) {
            if (timer.dueIn(nowNs) <= 0) {
                timer.ranNs = nowNs;
                guarded(timer.name, () -> timer.task.accept(nowNs));
                work++;
            }
        }
        for (int left = COMMANDS_A_TURN; left > 0; left--) {
            Command command = commands.poll();
            if (command == null) {
                break;
            }
            guarded(command.name, command.task);
            work++;
        }
        return work;
    }

    /** Returns the nanoseconds that the thread may sleep when no command arrives. */
    long sleepNs(long nowNs) {
        long ns = LONGEST_SLEEP_NS;
        for (Timer timer : timers) {
            ns = Math.min(ns, timer.dueIn(nowNs));
        }
        return ns;
    }

    private void run() {
        while (!closing || !commands.isEmpty()) {
            try {
                if (doWork(clock.getAsLong()) == 0) {
                    LockSupport.parkNanos(this, sleepNs(clock.getAsLong()));
                }
            } catch (Throwable e) {
                fault("a turn", e);
                LockSupport.parkNanos(this, LONGEST_SLEEP_NS);
            }
        }
        ended = true;
        refuseRest();
    }

    private void guarded(String name, Runnable task) {
        long startNs = clock.getAsLong();
        try {
            task.run();
        } catch (WorkerStuckException e) {
            LOG.log(System.Logger.Level.WARNING, name + " was given up: " + e.getMessage());
        } catch (Throwable e) {
            fault(name, e);
        }
        long tookNs = clock.getAsLong() - startNs;
        if (tookNs > LONG_NS) {
            LOG.log(System.Logger.Level.WARNING,
                    "the control thread was held for " + tookNs / 1_000_000 + " ms by: " + name);
        }
    }

    /** Counts the fault before logging it, because counting allocates no memory. */
    private void fault(String name, Throwable fault) {
        faults = faults + 1;
        try {
            LOG.log(System.Logger.Level.ERROR, "the control thread failed at: " + name + "; it goes on", fault);
        } catch (Throwable unlogged) {
            return; // the fault is already counted
        }
    }

    /** Returns the number of commands and timers that failed. Any thread. */
    public long faults() {
        return faults;
    }

    /**
     * Enqueues a command; it is dropped once the switch is closing. Any thread.
     *
     * @param name the command's name in the log when it fails or takes long
     */
    public void execute(String name, Runnable task) {
        if (closing) {
            LOG.log(System.Logger.Level.DEBUG, "the switch is closing: " + name);
        } else {
            enqueue(new Command(name, task, null));
        }
    }

    private void enqueue(Command command) {
        commands.add(command);
        if (ended) {
            refuseRest();
        }
        LockSupport.unpark(thread);
    }

    private void refuseRest() {
        for (Command late = commands.poll(); late != null; late = commands.poll()) {
            late.refuse();
        }
    }

    /**
     * Runs a command on the control thread and returns its result. Runs it at once when the caller is the control
     * thread. An exception of the command is rethrown to the caller.
     *
     * @param name the command's name in the log when it takes long
     * @throws IllegalStateException when interrupted, or after {@link #shutdown}
     */
    public <T> T call(String name, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable command = () -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        if (Thread.currentThread() == thread) {
            command.run();
        } else if (closing) {
            throw closed();
        } else {
            enqueue(new Command(name, command, result));
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the switch was busy", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the switch is closed");
    }

    public boolean isShutdown() {
        return closing;
    }

    /** Refuses further commands, and waits up to {@value #LAST_COMMAND_SECONDS} s for those already enqueued. */
    public void shutdown() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(Duration.ofSeconds(LAST_COMMAND_SECONDS))) {
                LOG.log(System.Logger.Level.ERROR, "the control thread does not end; please report this");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
