package net.weft.vswitch.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.PortMonitor;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.worker.FaultCounter.Kind;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Worker} and its thread, as seen by other threads. Methods are for the control thread unless they say
 * otherwise.
 * <p>
 * <b>Death.</b> Any exception out of {@link Worker#run} ends that worker; it is counted, and {@link WorkerSupervisor}
 * calls {@link #replace} to start another one with the same id. Counters, captures, traces and samplers carry over;
 * only the frames of that turn are lost. A thread that waits for a dead worker stops waiting: the dead worker forwards
 * nothing and uses no device any more.
 */
public final class WorkerThread implements Poller {
    private static final Duration STOP_LOOK = Duration.ofMillis(100);

    private final int id;
    private final int cpu;
    private final boolean alwaysPoll;
    private final MacTable macs;
    private final Supplier<Snapshot> published;
    private final Consumer<ReceiveQueue> onFailed;
    private final Runnable onPunt;
    private final PuntQueues punts;
    private final DutyCycleTime busy;
    private final FaultCounter faults;
    private LiveTrace[] traces = {};
    private List<PortMonitor> captures = List.of();
    private FrameSampler[] samplers = {};
    private volatile Runnable onDeath = () -> {
    };
    private volatile Life life;
    private volatile boolean ending;
    private volatile @Nullable String stuck;

    /** One worker, from the start of its thread to the end. */
    private final class Life {
        private final Thread thread = new Thread(this::run, "weft-worker-" + id);
        private final CommandQueue commands = new CommandQueue(thread, this::wakeUp, () -> stuck);
        private final Worker worker = new Worker(id, cpu, alwaysPoll, macs, published, onFailed, onPunt, commands,
                punts,
                busy, faults);

        private void run() {
            try {
                worker.run();
            } catch (Throwable fault) {
                reportDeath(fault);
            }
        }

        /**
         * Reports the death of the worker. If this fails for lack of memory, the supervisor still finds the ended
         * thread.
         */
        private void reportDeath(Throwable fault) {
            try {
                faults.report(Kind.DEATH, fault);
            } finally {
                onDeath.run();
            }
        }

        private void wakeUp() {
            worker.wakeUp();
        }
    }

    /** Creates a worker and its thread; see {@link Worker} for the parameters. */
    public WorkerThread(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed, PuntRules rules, Runnable onPunt) {
        this.id = id;
        this.cpu = cpu;
        this.alwaysPoll = alwaysPoll;
        this.macs = macs;
        this.published = published;
        this.onFailed = onFailed;
        this.onPunt = onPunt;
        punts = new PuntQueues(rules);
        busy = new DutyCycleTime(id);
        faults = new FaultCounter(id);
        life = new Life();
    }

    /** @param listener notified on the worker's thread when a fault ends it; must not block */
    public void onDeath(Runnable listener) {
        onDeath = listener;
    }

    public void start() {
        start(life);
    }

    private static void start(Life begun) {
        begun.thread.setDaemon(true);
        begun.thread.start();
    }

    /** Returns whether a fault has ended the thread, so that {@link #replace} is due. Any thread. */
    boolean isDead() {
        return !ending && life.thread.getState() == Thread.State.TERMINATED;
    }

    /**
     * Starts a replacement for a worker that {@link #isDead}. It has no queues until {@link QueueAssignment#reattach}.
     */
    void replace() {
        Life dead = life;
        Life next = new Life();
        next.worker.inherit(dead.worker);
        next.commands.execute(() -> {
            next.worker.onlookers.follow(traces);
            next.worker.onlookers.sample(samplers);
            next.worker.forwarder.capture(captures);
        });
        life = next;
        dead.worker.close();
        start(next);
    }

    /**
     * Stops the thread and waits for it, unless it is stuck; the memory of a stuck worker is not freed. Devices must
     * have been detached.
     */
    public void stop() {
        ending = true;
        Life now = life;
        now.worker.end();
        try {
            while (!now.thread.join(STOP_LOOK) && stuck == null) {
                now.worker.end();
            }
            if (!now.thread.isAlive()) {
                now.worker.close();
                punts.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the current worker. */
    Worker worker() {
        return life.worker;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public void attach(PolledQueue queue) {
        Life now = life;
        now.commands.execute(() -> now.worker.add(queue));
    }

    @Override
    public void detach(PolledQueue queue) {
        Life now = life;
        now.commands.call(() -> now.worker.queues.remove(queue));
    }

    /** Returns once the worker uses the published snapshot, and therefore no leg that is not in it. */
    public void awaitAdopted(Snapshot wanted) {
        Life now = life;
        if (now.worker.adoptedEpoch() < wanted.epoch) {
            now.commands.flush();
        }
    }

    /** Returns the queues of frames that this worker has punted to link protocols. */
    public PuntQueues punts() {
        return punts;
    }

    /** Runs something on the worker's thread, behind the frames that it has begun to forward. Does not wait. */
    public void execute(Runnable command) {
        life.commands.execute(command);
    }

    /** Injects a frame at a port; see {@code Forwarder.inject}. */
    public void inject(int port, byte[] frame, int tag) {
        Life now = life;
        now.commands.execute(() -> now.worker.forwarder.inject(port, frame, tag));
    }

    /** Injects a frame at one leg of a port; see {@code Forwarder.inject}. */
    public void inject(int port, int leg, byte[] frame, int tag) {
        Life now = life;
        now.commands.execute(() -> now.worker.forwarder.inject(port, leg, frame, tag));
    }

    /**
     * Replaces the live traces that inspect every burst. Returns when the worker uses the new ones and no longer the
     * old ones.
     */
    public void follow(LiveTrace[] all) {
        traces = all;
        Life now = life;
        now.commands.call(() -> now.worker.onlookers.follow(all));
    }

    /** Replaces the captures. Returns when the worker uses the new ones and no longer the old ones. */
    public void capture(List<PortMonitor> taps) {
        captures = taps;
        Life now = life;
        now.commands.call(() -> now.worker.forwarder.capture(taps));
    }

    /**
     * Replaces the samplers that observe every forwarded burst. Returns when the worker uses the new ones and no longer
     * the old ones.
     */
    public void sample(FrameSampler[] all) {
        samplers = all;
        Life now = life;
        now.commands.call(() -> now.worker.onlookers.sample(all));
    }

    /** Returns the worker's busy time and stalls. */
    public DutyCycleTime busy() {
        return busy;
    }

    /** Returns the worker's faults. Any thread. */
    public FaultCounter faults() {
        return faults;
    }

    /** Returns the worker's counters by VLAN, for {@code VlanCounters}. */
    public long[] vlanRow() {
        return life.worker.forwarder.vlanRow();
    }

    /** Returns the worker's zone filter with its counters. */
    public ZoneFilter zones() {
        return life.worker.forwarder.zones();
    }

    /** Returns the processor that the thread is pinned to, -1 for none. */
    public int cpu() {
        return cpu;
    }

    @Override
    public long busyNs() {
        return busy.busyNs();
    }

    // ---- the watchdog, any thread ------------------------------------------------------------------------------------

    /** Returns whether the thread runs. */
    boolean isAlive() {
        return life.thread.isAlive();
    }

    /** Returns a number that changes in each turn. */
    long turn() {
        return life.worker.progress.turn();
    }

    /** Returns the name of the port whose queue is being served, or null. */
    @Nullable
    String serving() {
        Worker worker = life.worker;
        return worker.queues.port(worker.progress.serving());
    }

    String threadName() {
        return life.thread.getName();
    }

    /** Returns the thread's directory in /proc; null before the thread runs. */
    @Nullable
    Path directory() {
        return life.worker.progress.directory();
    }

    /** Returns the thread's stack. Waits until the thread reaches a safepoint, which may never happen. */
    StackTraceElement[] stack() {
        return life.thread.getStackTrace();
    }

    /**
     * Records that the worker hangs in a turn, and counts it. @param sentence the reason, or null when the worker goes
     * on
     */
    void stuck(@Nullable String sentence) {
        if (sentence != null) {
            faults.report(Kind.STUCK, sentence);
        }
        stuck = sentence;
    }

    /** Returns one sentence on why the worker is stuck; null while it runs. Any thread. */
    @Nullable
    public String stuck() {
        return stuck;
    }

    /** Returns the names of the ports that it polls, also while the control thread does not answer. Any thread. */
    public Set<String> ports() {
        return life.worker.queues.ports();
    }

    /** Returns whether the thread blocks because none of its queues is awake. */
    public boolean isAsleep() {
        return life.worker.isAsleep();
    }
}
