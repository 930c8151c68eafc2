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
import net.weft.vswitch.forward.PuntQueue;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.worker.FaultCounter.Kind;
import net.weft.vswitch.zoning.ZoneFilter;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Worker} and its thread, as other threads see them. Methods are for the control thread.
 * <p>
 * <b>Death.</b> Whatever leaves {@link Worker#run} ends that worker; it is counted, and {@link WorkerSupervisor} has
 * {@link #replace} start another of the same id. Counts go on, and who looks on goes on looking; only the frames of that turn
 * are lost. Whoever waits for a dead worker waits no longer: it forwards nothing and uses no device any more.
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
    private final PuntQueue punts = new PuntQueue();
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

    /** One worker from the start of its thread to the end. */
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
                tell(fault);
            }
        }

        /** What fails here fails for want of memory; the supervisor looks for ended threads by itself, too. */
        private void tell(Throwable fault) {
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

    /** As {@link Worker}'s. */
    public WorkerThread(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed, Runnable onPunt) {
        this.id = id;
        this.cpu = cpu;
        this.alwaysPoll = alwaysPoll;
        this.macs = macs;
        this.published = published;
        this.onFailed = onFailed;
        this.onPunt = onPunt;
        busy = new DutyCycleTime(id);
        faults = new FaultCounter(id);
        life = new Life();
    }

    /** @param told on the worker's thread when a fault ends it; must not block */
    public void onDeath(Runnable told) {
        onDeath = told;
    }

    public void start() {
        start(life);
    }

    private static void start(Life begun) {
        begun.thread.setDaemon(true);
        begun.thread.start();
    }

    /** Whether a fault has ended the thread and {@link #replace} is due. Any thread. */
    boolean isDead() {
        return !ending && life.thread.getState() == Thread.State.TERMINATED;
    }

    /** Starts another worker in place of one that {@link #isDead}. It has no queues yet: {@link QueueAssignment#reattach}. */
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

    /** Stops the thread and waits for it, unless it is stuck: its memory stays then. Devices must have been detached. */
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

    /** What the thread does. */
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

    /** Returns after the worker uses the published snapshot, and so no leg that is not in it. */
    public void awaitAdopted(Snapshot wanted) {
        Life now = life;
        if (now.worker.adoptedEpoch() < wanted.epoch) {
            now.commands.flush();
        }
    }

    /** Frames this worker has handed over, to be taken by the control thread. */
    public PuntQueue punts() {
        return punts;
    }

    /** Sends a frame of the switch's own by one port; see {@code Forwarder.inject}. */
    public void inject(int port, byte[] frame, int tag) {
        Life now = life;
        now.commands.execute(() -> now.worker.forwarder.inject(port, frame, tag));
    }

    /** Shows every burst to these from now on; returns when the worker does, and looks at none that was followed before. */
    public void follow(LiveTrace[] all) {
        traces = all;
        Life now = life;
        now.commands.call(() -> now.worker.onlookers.follow(all));
    }

    /** Shows frames to these captures from now on; returns when the worker does, and to no others. */
    public void capture(List<PortMonitor> taps) {
        captures = taps;
        Life now = life;
        now.commands.call(() -> now.worker.forwarder.capture(taps));
    }

    /** Shows every burst that was forwarded to these from now on; returns when the worker does, and to no others. */
    public void sample(FrameSampler[] all) {
        samplers = all;
        Life now = life;
        now.commands.call(() -> now.worker.onlookers.sample(all));
    }

    /** What it has worked, and stalled. */
    public DutyCycleTime busy() {
        return busy;
    }

    /** What went wrong in it. Any thread. */
    public FaultCounter faults() {
        return faults;
    }

    /** What each VLAN has counted, for {@code VlanCounters}. */
    public long[] vlanRow() {
        return life.worker.forwarder.vlanRow();
    }

    /** What zones say of its frames, and have counted. */
    public ZoneFilter zones() {
        return life.worker.forwarder.zones();
    }

    /** Processor the thread is pinned to, -1 for none. */
    public int cpu() {
        return cpu;
    }

    @Override
    public long busyNs() {
        return busy.busyNs();
    }

    // ---- the watchdog, any thread ------------------------------------------------------------------------------------

    /** Whether the thread runs. */
    boolean isAlive() {
        return life.thread.isAlive();
    }

    /** Another number in each turn. */
    long turn() {
        return life.worker.progress.turn();
    }

    /** The name of the port whose queue it is busy with, or null. */
    @Nullable
    String serving() {
        Worker worker = life.worker;
        return worker.queues.port(worker.progress.serving());
    }

    String threadName() {
        return life.thread.getName();
    }

    /** Where the kernel speaks of the thread; null before it runs. */
    @Nullable
    Path directory() {
        return life.worker.progress.directory();
    }

    /** Waits until the thread reaches a safepoint, which may be never. */
    StackTraceElement[] stack() {
        return life.thread.getStackTrace();
    }

    /** The worker hangs in a turn, which is counted, or goes on (null). */
    void stuck(@Nullable String sentence) {
        if (sentence != null) {
            faults.report(Kind.STUCK, sentence);
        }
        stuck = sentence;
    }

    /** Why the worker serves nobody, one sentence; null while it runs. Any thread. */
    @Nullable
    public String stuck() {
        return stuck;
    }

    /** Names of the ports that it serves, also while the control thread does not answer. Any thread. */
    public Set<String> ports() {
        return life.worker.queues.ports();
    }

    /** Whether the thread blocks, as none of its queues is awake. */
    public boolean isAsleep() {
        return life.worker.isAsleep();
    }
}
