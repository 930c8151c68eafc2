package net.weft.vswitch.worker;

import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.linux.CurrentThread;
import net.weft.linux.LinuxException;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.fdb.MacAgeing;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.PuntQueue;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.worker.FaultCounter.Kind;

/**
 * One packet thread. {@link #doWork} is its duty cycle: take commands and the newest snapshot, give each receive queue that
 * is awake one burst's turn (so a flooding port starves nobody), age a few table slots.
 * <p>
 * <b>Sleeping.</b> A queue that stays silent (see {@link PollSet.Slot#staysSilent}) is armed and put to sleep: from then on only epoll
 * looks at it. While other queues are awake epoll is asked every {@value #LOOK_NS} ns without waiting; when none is, the
 * worker blocks in it. Arming says whether a frame came in between, so no wake-up is lost.
 * <p>
 * Other threads never touch a worker's state: {@link WorkerThread} has them enqueue commands and kick its eventfd.
 */
public final class Worker implements Runnable {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    /** How long a frame for a sleeping queue may wait while the worker is busy with others. */
    private static final long LOOK_NS = 10_000;
    private static final int SLEEP_MILLIS = 1000;
    /** While fragments wait for their first, which may come to another worker. */
    private static final int NAP_MILLIS = 10;
    /** One turn in so many, a prime, is timed queue by queue: a sample, so that it costs nothing. */
    private static final int TURNS_PER_SAMPLE = 61;

    final int id;
    final int cpu;
    private final boolean alwaysPoll;
    private final Supplier<Snapshot> published;
    private final Consumer<ReceiveQueue> onFailed;
    private final MacAgeing ageing;
    private final Runnable onPunt;
    final Forwarder forwarder;
    private final Burst burst = new Burst();
    final PollSet queues = new PollSet();
    final WorkerProgress progress = new WorkerProgress();
    final BurstObservers onlookers = new BurstObservers();
    private final DutyCycleTime busy;
    private final FaultCounter faults;
    private final CommandQueue commands;
    private Snapshot snapshot = Snapshot.empty();
    private long lookedNs;
    private int turnsUntilSample;
    /** A snapshot is being taken over; a fault meanwhile leaves half of it. */
    private boolean adopting;
    private volatile boolean running = true;
    private volatile long adoptedEpoch;
    private volatile boolean asleep;

    /**
     * @param cpu processor to pin the thread to, or -1
     * @param alwaysPoll never sleep
     * @param published where the newest snapshot is
     * @param onFailed told of queues whose device has failed; called on the worker, must not block
     * @param onPunt told that {@code punts} holds frames; called on the worker, must not block
     * @param commands what other threads want done
     * @param punts where frames for the protocols go
     * @param busy where the worker's time is counted
     * @param faults where what went wrong is counted
     */
    Worker(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed, Runnable onPunt, CommandQueue commands, PuntQueue punts,
            DutyCycleTime busy,
            FaultCounter faults) {
        this.id = id;
        this.cpu = cpu;
        this.alwaysPoll = alwaysPoll;
        ageing = new MacAgeing(macs);
        this.published = published;
        this.onFailed = onFailed;
        this.onPunt = onPunt;
        this.forwarder = new Forwarder(id, macs, punts);
        this.busy = busy;
        this.faults = faults;
        this.commands = commands;
    }

    /** Counts on from what a worker before it, which has ended, had counted. Before the first turn. */
    void inherit(Worker dead) {
        forwarder.zones().inherit(dead.forwarder.zones());
        VlanCounters.add(dead.forwarder.vlanRow(), forwarder.vlanRow());
    }

    /** Returns after {@link #end}. Whatever it throws instead ends the worker, which somebody must notice. */
    @Override
    public void run() {
        progress.begin();
        pin();
        while (running) {
            long startNs = System.nanoTime();
            int work = guardedWork(startNs);
            if (work > 0) {
                busy.add(System.nanoTime() - startNs, work);
            } else if (queues.awakeCount() == 0) {
                sleep();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void pin() {
        if (cpu >= 0) {
            try {
                CurrentThread.cpu(cpu);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.WARNING, "worker " + id + " runs on any processor: " + e.getMessage());
            }
        }
    }

    /** How long it may be before the next turn when nothing comes. */
    int sleepMillis() {
        return forwarder.isHolding() ? NAP_MILLIS : SLEEP_MILLIS;
    }

    private void sleep() {
        asleep = true;
        try {
            queues.await(sleepMillis());
        } catch (Throwable e) {
            faults.report(Kind.WAKE, e);
        }
        asleep = false;
    }

    /**
     * A fault of a command or of ageing must not end the thread that carries everybody's traffic. One while a snapshot is taken
     * over must: half of one and half of another send frames to devices that are closed. The next worker takes it over whole.
     */
    private int guardedWork(long nowNs) {
        try {
            return doWork(nowNs);
        } catch (Throwable e) {
            if (adopting) {
                throw e;
            }
            faults.report(Kind.TURN, e);
            return 1;
        }
    }

    /**
     * One turn: commands, snapshot, a burst from each queue that is awake, a little ageing.
     *
     * @param nowNs monotonic clock
     * @return frames handled
     */
    int doWork(long nowNs) {
        progress.beginTurn();
        takeCommands();
        boolean sampled = --turnsUntilSample < 0;
        if (sampled) {
            turnsUntilSample = TURNS_PER_SAMPLE;
        }
        int work = 0;
        for (int n = queues.awakeCount() - 1; n >= 0; n--) {
            PollSet.Slot slot = queues.awake(n);
            work += sampled ? pollTimed(slot, nowNs) : poll(slot, nowNs);
        }
        progress.serve(PollSet.NOBODY);
        work += forwardHeld(nowNs);
        if (nowNs - lookedNs >= LOOK_NS && queues.anyAsleep()) {
            lookedNs = nowNs;
            queues.await(0);
        }
        if (id == 0) {
            ageing.turn(nowNs);
            forwarder.age(nowNs);
        }
        return work;
    }

    private int pollTimed(PollSet.Slot slot, long nowNs) {
        long startNs = System.nanoTime();
        int received = poll(slot, nowNs);
        if (received > 0) {
            slot.polled.countTime(System.nanoTime() - startNs);
        }
        return received;
    }

    private int poll(PollSet.Slot slot, long nowNs) {
        ReceiveQueue queue = slot.queue;
        progress.serve(slot.key);
        int received = receive(queue);
        if (received > 0) {
            burst.txQueueHint = slot.polled.txQueueHint;
            forward(slot, nowNs);
            slot.polled.countFrames(received);
            slot.received(received, nowNs);
            return received;
        }
        if (received == ReceiveQueue.FAILED) {
            fail(slot);
        } else if (slot.staysSilent(nowNs) && !alwaysPoll) {
            armAndSleep(slot);
        }
        return 0;
    }

    /** The queue sleeps unless a frame came before it was armed. A fault is the queue's own, as in {@link #receive}. */
    private void armAndSleep(PollSet.Slot slot) {
        try {
            if (!slot.queue.arm()) {
                queues.putToSleep(slot);
            }
        } catch (Throwable e) {
            faults.report(Kind.SLEEP, e);
            fail(slot);
        }
    }

    /** Polls a queue from now on. One that cannot be taken on fails: else its port would stay up and deaf. */
    void add(PolledQueue polled) {
        try {
            queues.add(polled);
        } catch (Throwable e) {
            faults.report(Kind.ATTACH, e);
            onFailed.accept(polled.queue);
        }
    }

    private void fail(PollSet.Slot slot) {
        try {
            queues.remove(slot);
        } finally {
            onFailed.accept(slot.queue);
        }
    }

    /**
     * A fault while receiving is the queue's own: it fails, and the supervisor opens its device anew. Among them is the
     * {@code InternalError} by which the JVM tells that a guest has taken mapped memory away.
     */
    private int receive(ReceiveQueue queue) {
        try {
            return queue.receive(burst, Burst.CAPACITY);
        } catch (Throwable e) {
            faults.report(Kind.RECEIVE, e);
            burst.clear();
            return ReceiveQueue.FAILED;
        }
    }

    /** A fault while forwarding costs the burst, and nobody else. */
    private void forward(PollSet.Slot slot, long nowNs) {
        try {
            onlookers.before(burst);
            forwarder.forward(burst, nowNs);
            onlookers.after(burst, forwarder, nowNs);
        } catch (Throwable e) {
            faults.report(Kind.FORWARD, e);
            forwarder.abandon();
        } finally {
            burst.clear();
            release(slot);
        }
        tellPunted();
    }

    /** A fault is the queue's own, as in {@link #receive}: what it holds can be given back no more. */
    private void release(PollSet.Slot slot) {
        try {
            slot.queue.release();
        } catch (Throwable e) {
            faults.report(Kind.RELEASE, e);
            fail(slot);
        }
    }

    private void tellPunted() {
        if (forwarder.takePunted()) {
            onPunt.run();
        }
    }

    /** As {@link #forward}. */
    private int forwardHeld(long nowNs) {
        try {
            int frames = forwarder.forwardHeld(nowNs);
            if (frames > 0) {
                tellPunted();
            }
            return frames;
        } catch (Throwable e) {
            faults.report(Kind.HELD, e);
            forwarder.abandon();
            return 1;
        }
    }

    /** Commands first: who waits for one may rely on this worker using what was published before, from its next burst on. */
    private void takeCommands() {
        commands.run();
        adopting = true;
        Snapshot newest = published.get();
        if (newest != snapshot) {
            snapshot = newest;
            forwarder.adopt(newest);
            adoptedEpoch = newest.epoch;
        }
        adopting = false;
    }

    /** Gives memory and descriptors back. The control thread, once the worker's thread has ended. */
    void close() {
        forwarder.close();
        burst.close();
        queues.close();
    }

    // ---- any thread ------------------------------------------------------------------------------------------------

    /** Has the thread look at its commands soon, also when it sleeps. */
    void wakeUp() {
        queues.signal();
    }

    /** Has the thread end after its turn. */
    void end() {
        running = false;
        wakeUp();
    }

    /** The epoch of the snapshot that it works by. */
    long adoptedEpoch() {
        return adoptedEpoch;
    }

    /** Whether the thread blocks, as none of its queues is awake. */
    boolean isAsleep() {
        return asleep;
    }
}
