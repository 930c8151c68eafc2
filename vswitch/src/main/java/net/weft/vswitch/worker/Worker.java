package net.weft.vswitch.worker;

import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.linux.FaultCalls;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.fdb.MacAgeing;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.worker.FaultCounter.Kind;

/**
 * One packet thread. {@link #doWork} is its duty cycle: run commands and adopt the newest snapshot, give each receive
 * queue that is awake a turn of one burst (so a flooding port starves no other), age a few table slots.
 * <p>
 * <b>Sleeping.</b> A queue that stays silent (see {@link PollSet.Slot#staysSilent}) is armed and put to sleep: only
 * epoll watches it until it wakes up. While other queues are awake, epoll is polled every {@value #LOOK_NS} ns without
 * waiting; when none is, the worker blocks in it. Arming reports whether a frame arrived in between, so no wake-up is
 * lost.
 * <p>
 * Other threads never touch a worker's state: through {@link WorkerThread} they enqueue commands and signal its
 * eventfd.
 */
public final class Worker implements Runnable {
    /** The interval at which a busy worker polls epoll: the longest wait of a frame of a sleeping queue. */
    private static final long LOOK_NS = 10_000;
    private static final int SLEEP_MILLIS = 1000;
    /** The sleep while fragments wait for their first fragment, which may arrive at another worker. */
    private static final int NAP_MILLIS = 10;
    /** One turn in this many (a prime) is timed queue by queue. Sampling keeps the cost negligible. */
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
    /** Set while a snapshot is being adopted; a fault meanwhile leaves it half adopted. */
    private boolean adopting;
    private volatile boolean running = true;
    private volatile long adoptedEpoch;
    private volatile boolean asleep;

    /**
     * @param cpu processor to pin the thread to, or -1
     * @param alwaysPoll true to never sleep
     * @param published supplies the newest snapshot
     * @param onFailed notified of a queue whose device has failed; called on the worker's thread, must not block
     * @param onPunt notified when {@code punts} holds frames; called on the worker's thread, must not block
     * @param commands the commands of other threads
     * @param punts receives frames for link protocols
     * @param busy counts the worker's busy time
     * @param faults counts the worker's faults
     */
    Worker(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed, Runnable onPunt, CommandQueue commands, PuntQueues punts,
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

    /** Takes over the counters of the ended worker that this one replaces. Call before the first turn. */
    void inherit(Worker dead) {
        forwarder.zones().inherit(dead.forwarder.zones());
        VlanCounters.add(dead.forwarder.vlanRow(), forwarder.vlanRow());
    }

    /** Runs until {@link #end}. An exception ends the worker; the caller must report it. */
    @Override
    public void run() {
        progress.begin();
        Pinning.pin(id, cpu);
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

    /** Returns the longest sleep before the next turn, milliseconds. */
    int sleepMillis() {
        return forwarder.isHoldingLegs() ? 1 : forwarder.isHolding() ? NAP_MILLIS : SLEEP_MILLIS;
    }

    /** Sleeps unless a command has arrived, whose signal a look at sleeping queues may have consumed already. */
    private void sleep() {
        if (!commands.isEmpty()) {
            return;
        }
        asleep = true;
        try {
            queues.await(sleepMillis());
        } catch (Throwable e) {
            faults.report(Kind.WAKE, e);
        }
        asleep = false;
    }

    /**
     * Runs a turn and survives a fault of a command or of ageing, which must not end the thread that carries all
     * traffic. A fault while a snapshot is being adopted does end it: a mixture of two snapshots would send frames to
     * closed devices. The replacement worker adopts the snapshot as a whole.
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
     * Runs one turn: commands, snapshot, a burst from each queue that is awake, a little ageing.
     *
     * @param nowNs monotonic clock
     * @return the number of frames handled
     */
    int doWork(long nowNs) {
        progress.beginTurn();
        runCommands();
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
        work += forwardReleased(nowNs);
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
            burst.leg = slot.polled.leg;
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

    /** Puts the queue to sleep unless a frame arrived before it was armed. A fault fails this queue only. */
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

    /** Adds a queue. A queue that cannot be added is failed; otherwise its port would be up but receive nothing. */
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
     * Receives a burst. A fault fails this queue only, and the supervisor reopens its device. One such fault is the
     * {@code InternalError} that the JVM throws when a guest has truncated mapped memory.
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

    /** Forwards the burst. A fault loses this burst and nothing else. */
    private void forward(PollSet.Slot slot, long nowNs) {
        try {
            onlookers.before(burst);
            forwarder.forward(burst, nowNs);
            onlookers.after(burst, snapshot, nowNs);
            FaultCalls.deliver();
        } catch (Throwable e) {
            forwarder.abandon();
            if (!(e instanceof InternalError) || !slot.queue.isOwnFault()) {
                faults.report(Kind.FORWARD, e);
            }
        } finally {
            burst.clear();
            release(slot);
        }
        notifyPunted();
    }

    /** Releases the queue's frames. A fault fails this queue only: its frames can no longer be released. */
    private void release(PollSet.Slot slot) {
        try {
            slot.queue.release();
        } catch (Throwable e) {
            faults.report(Kind.RELEASE, e);
            fail(slot);
        }
    }

    private void notifyPunted() {
        if (forwarder.takePunted()) {
            onPunt.run();
        }
    }

    /** Forwards frames released from the fragment hold. A fault is handled as in {@link #forward}. */
    private int forwardReleased(long nowNs) {
        try {
            int frames = forwarder.forwardReleased(nowNs);
            if (frames > 0) {
                notifyPunted();
            }
            return frames;
        } catch (Throwable e) {
            faults.report(Kind.HELD, e);
            forwarder.abandon();
            return 1;
        }
    }

    /**
     * Runs commands before adopting the snapshot: a caller that waits for a command may rely on this worker using every
     * snapshot published before, from its next burst on.
     */
    private void runCommands() {
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

    /** Frees memory and descriptors. Called by the control thread once the worker's thread has ended. */
    void close() {
        forwarder.close();
        burst.close();
        queues.close();
    }

    // ---- any thread ------------------------------------------------------------------------------------------------

    /** Makes the thread run its commands soon, also when it sleeps. */
    void wakeUp() {
        queues.signal();
    }

    /** Makes the thread end after its current turn. */
    void end() {
        running = false;
        wakeUp();
    }

    /** Returns the epoch of the adopted snapshot. */
    long adoptedEpoch() {
        return adoptedEpoch;
    }

    /** Returns whether the thread blocks because none of its queues is awake. */
    boolean isAsleep() {
        return asleep;
    }
}
