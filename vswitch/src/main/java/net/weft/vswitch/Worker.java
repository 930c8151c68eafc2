package net.weft.vswitch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.linux.CurrentThread;
import net.weft.linux.Epoll;
import net.weft.linux.EventFd;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * One packet thread. {@link #doWork} is its duty cycle: take commands and the newest snapshot, give each receive queue that
 * is awake one burst's turn (so a flooding port starves nobody), age a few table slots.
 * <p>
 * <b>Sleeping.</b> A queue that stays silent for {@value #SPIN_NS} ns is armed and put to sleep: from then on only epoll
 * looks at it. While other queues are awake epoll is asked now and then without waiting; when none is, the worker blocks in
 * it. Arming says whether a frame came in between, so no wake-up is lost.
 * <p>
 * Other threads never touch a worker's state: they enqueue commands and kick its eventfd.
 */
final class Worker implements Runnable {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final int LOGGED_FAULTS = 20;
    private static final long SPIN_NS = 30_000;
    private static final int LOOK_EVERY = 16;
    private static final int SLEEP_MILLIS = 1000;
    private static final int AGE_SLOTS_PER_SECOND = MacTable.CAPACITY / 8;
    private static final int EVENTS = 64;

    /** A receive queue on this worker. */
    private static final class Slot {
        final ReceiveQueue queue;
        final int key;
        long lastFrameNs;
        boolean asleep;

        Slot(ReceiveQueue queue, int key, long nowNs) {
            this.queue = queue;
            this.key = key;
            this.lastFrameNs = nowNs;
        }
    }

    final int id;
    private final int cpu;
    private final boolean alwaysPoll;
    private final Supplier<Snapshot> published;
    private final Consumer<ReceiveQueue> onFailed;
    private final MacTable macs;
    private final Forwarder forwarder;
    private final Burst burst = new Burst();
    private final Epoll epoll = new Epoll(EVENTS);
    private final EventFd wakeUp = new EventFd();
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    /** By key; key 0 is the eventfd's. */
    private @Nullable Slot[] slots = new @Nullable Slot[16];
    private Slot[] awake = new Slot[16];
    private int awakeCount;
    private int slotCount;
    private Snapshot snapshot = Snapshot.empty();
    private int turn;
    private int faults;
    private int agedAtSecond;
    private long busyNs;
    private volatile boolean running = true;
    private volatile long adoptedEpoch;
    private volatile long busyNsThisSecond;

    /**
     * @param cpu processor to pin the thread to, or -1
     * @param alwaysPoll never sleep
     * @param published where the newest snapshot is
     * @param onFailed told of queues whose device has failed; called on the worker, must not block
     */
    Worker(int id, int cpu, boolean alwaysPoll, MacTable macs, Supplier<Snapshot> published,
            Consumer<ReceiveQueue> onFailed) {
        this.id = id;
        this.cpu = cpu;
        this.alwaysPoll = alwaysPoll;
        this.macs = macs;
        this.published = published;
        this.onFailed = onFailed;
        this.forwarder = new Forwarder(id, macs);
        this.thread = new Thread(this, "weft-worker-" + id);
        thread.setDaemon(true);
        epoll.add(wakeUp.fd(), Epoll.IN, 0);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        if (cpu >= 0) {
            BitSet one = new BitSet();
            one.set(cpu);
            CurrentThread.cpus(one);
        }
        while (running) {
            long startNs = System.nanoTime();
            int work = guardedWork(startNs);
            if (work > 0) {
                busyNs += System.nanoTime() - startNs;
            } else if (awakeCount == 0) {
                sleep(SLEEP_MILLIS);
            } else {
                Thread.onSpinWait();
            }
        }
        close();
    }

    /** A fault of ours must cost a burst, never the thread that carries everybody's traffic. */
    private int guardedWork(long nowNs) {
        try {
            return doWork(nowNs);
        } catch (RuntimeException e) {
            if (faults++ < LOGGED_FAULTS) {
                LOG.log(System.Logger.Level.ERROR, "worker " + id + ": a burst was given up; please report this", e);
            }
            forwarder.abandon();
            burst.clear();
            return 0;
        }
    }

    /**
     * One turn: commands, snapshot, a burst from each queue that is awake, a little ageing.
     *
     * @param nowNs monotonic clock
     * @return frames handled
     */
    int doWork(long nowNs) {
        takeCommands();
        int nowSeconds = (int) (nowNs / 1_000_000_000L);
        int work = 0;
        for (int n = awakeCount - 1; n >= 0; n--) {
            work += poll(awake[n], nowNs, nowSeconds);
        }
        if (++turn % LOOK_EVERY == 0 && awakeCount < slotCount) {
            sleep(0);
        }
        age(nowSeconds);
        return work;
    }

    private int poll(Slot slot, long nowNs, int nowSeconds) {
        ReceiveQueue queue = slot.queue;
        int received = queue.receive(burst, Burst.CAPACITY);
        if (received > 0) {
            forwarder.forward(burst, nowSeconds);
            burst.clear();
            queue.release();
            slot.lastFrameNs = nowNs;
            return received;
        }
        if (received == ReceiveQueue.FAILED) {
            remove(slot);
            onFailed.accept(queue);
        } else if (nowNs - slot.lastFrameNs > SPIN_NS && !alwaysPoll && !queue.arm()) {
            putToSleep(slot);
        }
        return 0;
    }

    private void takeCommands() {
        Snapshot newest = published.get();
        if (newest != snapshot) {
            snapshot = newest;
            forwarder.adopt(newest);
            adoptedEpoch = newest.epoch;
        }
        if (!commands.isEmpty()) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
        }
    }

    private void age(int nowSeconds) {
        if (nowSeconds == agedAtSecond) {
            return;
        }
        agedAtSecond = nowSeconds;
        busyNsThisSecond = busyNs;
        if (id == 0) {
            macs.age(nowSeconds, AGE_SLOTS_PER_SECOND);
        }
    }

    /** Waits for a descriptor, at most {@code millis}, and wakes the queues whose turn has come. */
    private void sleep(int millis) {
        int ready = epoll.await(millis);
        for (int i = 0; i < ready; i++) {
            int key = (int) epoll.data(i);
            Slot slot = slots[key];
            if (key == 0) {
                wakeUp.drain();
            } else if (slot != null && slot.asleep) {
                wake(slot);
            }
        }
    }

    private void wake(Slot slot) {
        slot.asleep = false;
        slot.lastFrameNs = System.nanoTime();
        slot.queue.disarm();
        awake[awakeCount++] = slot;
    }

    private void putToSleep(Slot slot) {
        slot.asleep = true;
        int n = 0;
        while (awake[n] != slot) {
            n++;
        }
        System.arraycopy(awake, n + 1, awake, n, --awakeCount - n);
    }

    private void add(ReceiveQueue queue) {
        int key = 1;
        while (key < slots.length && slots[key] != null) {
            key++;
        }
        if (key == slots.length) {
            slots = Arrays.copyOf(slots, 2 * key);
            awake = Arrays.copyOf(awake, 2 * key);
        }
        Slot slot = new Slot(queue, key, System.nanoTime());
        slots[key] = slot;
        slotCount++;
        awake[awakeCount++] = slot;
        epoll.add(queue.fd(), Epoll.IN, key);
    }

    private void remove(Slot slot) {
        epoll.remove(slot.queue.fd());
        if (!slot.asleep) {
            putToSleep(slot);
        }
        slots[slot.key] = null;
        slotCount--;
    }

    private void remove(ReceiveQueue queue) {
        for (Slot slot : slots) {
            if (slot != null && slot.queue == queue) {
                remove(slot);
                return;
            }
        }
    }

    // ---- called by the control thread ------------------------------------------------------------------------------

    /** Makes this worker poll a queue from its next turn on. */
    void attach(ReceiveQueue queue) {
        execute(() -> add(queue));
    }

    /** Returns after the worker has let go of the queue for good. */
    void detach(ReceiveQueue queue) {
        CountDownLatch done = new CountDownLatch(1);
        execute(() -> {
            remove(queue);
            done.countDown();
        });
        await(done);
    }

    /** Returns after the worker uses the published snapshot, and so no leg that is not in it. */
    void awaitAdopted(Snapshot wanted) {
        if (adoptedEpoch < wanted.epoch) {
            CountDownLatch done = new CountDownLatch(1);
            execute(done::countDown);
            await(done);
        }
    }

    private void execute(Runnable command) {
        commands.add(command);
        wakeUp.signal();
    }

    private void await(CountDownLatch done) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                if (done.await(100, TimeUnit.MILLISECONDS)) {
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

    /** Processor the thread is pinned to, -1 for none. */
    int cpu() {
        return cpu;
    }

    /** Nanoseconds spent in turns that handled frames, since the start; refreshed every second. */
    long busyNs() {
        return busyNsThisSecond;
    }

    /** Stops the thread and waits for it. Devices must have been detached. */
    void stop() {
        running = false;
        wakeUp.signal();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        forwarder.close();
        burst.close();
        epoll.close();
        wakeUp.close();
    }
}
