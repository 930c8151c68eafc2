package net.weft.vswitch.worker;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.weft.linux.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * Detects a worker that hangs in a turn, reports what it hangs in, and detects when it goes on. It runs on a thread of
 * its own and shares no lock with workers or the control thread: it reads what they write, and the kernel's view of the
 * thread in /proc.
 * <p>
 * <b>Time.</b> A worker is stuck when it has been in one turn for {@value #LIMIT_SECONDS} seconds of watched time. Time
 * in which this thread did not run either (the process was stopped, the JVM paused, the host was busy) counts as one
 * tick at most; time that the worker waited for a processor, or that a hypervisor kept its processor, does not count.
 * <p>
 * <b>Stack.</b> A Java stack needs the thread to reach a safepoint, which a thread in a page fault never does. So the
 * report goes out first, and the stack is fetched by a thread that may be lost.
 */
public final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    static final int LIMIT_SECONDS = 3;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int STACK_FRAMES = 12;

    /** The state of one worker at the last tick. */
    private static final class Watch {
        private final WorkerThread worker;
        private long turn = -1;
        private long watchedNs;
        /** The excused time of the thread and its processor when the turn was first observed twice. */
        private long excusedNs;
        private boolean reported;

        private Watch(WorkerThread worker) {
            this.worker = worker;
        }
    }

    private final List<Watch> watches;
    private final Thread thread = new Thread(this::run, "weft-watchdog");
    private long lookedNs;
    private volatile boolean running = true;

    /** @param nowNs monotonic clock, as in {@link #look} */
    public Watchdog(List<WorkerThread> workers, long nowNs) {
        watches = workers.stream().map(Watch::new).toList();
        lookedNs = nowNs;
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (running) {
            try {
                TimeUnit.NANOSECONDS.sleep(TICK_NS);
                look(System.nanoTime());
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, "the watchdog failed; it goes on", e);
            }
        }
    }

    /**
     * Checks each worker once.
     *
     * @param nowNs monotonic clock
     */
    void look(long nowNs) {
        long passedNs = Math.min(nowNs - lookedNs, TICK_NS);
        lookedNs = nowNs;
        for (Watch watch : watches) {
            look(watch, passedNs);
        }
    }

    private static void look(Watch watch, long passedNs) {
        WorkerThread worker = watch.worker;
        long turn = worker.turn();
        if (turn != watch.turn || worker.isAsleep() || !worker.isAlive()) {
            watch.turn = turn;
            watch.watchedNs = 0;
            if (watch.reported) {
                watch.reported = false;
                worker.stuck(null);
                LOG.log(System.Logger.Level.WARNING, "worker " + worker.id() + " runs again");
            }
            return;
        }
        if (watch.watchedNs == 0) {
            watch.excusedNs = excusedNs(worker);
        }
        watch.watchedNs += passedNs;
        if (!watch.reported && watch.watchedNs >= LIMIT_NS
                && watch.watchedNs - (excusedNs(worker) - watch.excusedNs) >= LIMIT_NS) {
            watch.reported = true;
            report(worker);
        }
    }

    /** Returns the total time in which the thread was runnable but did not run, nanoseconds since some fixed moment. */
    private static long excusedNs(WorkerThread worker) {
        Path directory = worker.directory();
        if (directory == null) {
            return 0;
        }
        TaskState task = TaskState.read(directory);
        return task.waitedNs() + TaskState.stolenNs(Path.of("/proc"), task.processor());
    }

    private static void report(WorkerThread worker) {
        Path directory = worker.directory();
        String port = worker.serving();
        String sentence = "worker " + worker.id() + " hangs since " + LIMIT_SECONDS + " s "
                + (port == null ? "between the turns of ports" : "in the turn of port " + port)
                + " and serves nobody; thread "
                + worker.threadName()
                + (directory == null
                        ? ""
                        : " (" + directory.getFileName() + "), " + TaskState.read(directory).describe());
        worker.stuck(sentence);
        LOG.log(System.Logger.Level.ERROR, sentence + "; please report this");
        Thread stack = new Thread(() -> logStack(worker), "weft-stack-" + worker.id());
        stack.setDaemon(true);
        stack.start();
    }

    private static void logStack(WorkerThread worker) {
        @Nullable
        StackTraceElement[] stack = worker.stack();
        LOG.log(System.Logger.Level.ERROR,
                "worker " + worker.id() + " was at " + Arrays.stream(stack).limit(STACK_FRAMES)
                        .map(String::valueOf).collect(Collectors.joining(" < ")));
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
