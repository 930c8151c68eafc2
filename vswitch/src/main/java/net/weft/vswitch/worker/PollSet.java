package net.weft.vswitch.worker;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.linux.Epoll;
import net.weft.linux.EventFd;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * The receive queues of one worker. Queues that are awake are in a list and polled in turn; queues that are asleep are
 * left to epoll, and {@link #await} returns a queue to the list when a frame has arrived.
 * <p>
 * All queues are always registered with epoll, so that going to sleep and waking up need no system call; events of a
 * queue that is awake are ignored. Only one thread may use it, except for {@link #signal}.
 */
final class PollSet implements AutoCloseable {
    private static final int EVENTS = 64;
    /** The epoll key of the eventfd; the keys of queues start at 1. */
    private static final int WAKE_UP = 0;
    /** The key that stands for no queue. */
    static final int NOBODY = WAKE_UP;

    /** A receive queue in the set. */
    static final class Slot {
        private static final long SPIN_NS = 30_000;
        /**
         * A queue that has received this many frames since it woke carries a stream, and is polled longer before it
         * sleeps.
         */
        private static final int BUSY_FRAMES = 64;
        private static final long BUSY_SPIN_NS = 200_000;
        /** The minimum number of empty polls before a queue may sleep, because a turn may be long. */
        private static final int SPIN_POLLS = 16;

        final PolledQueue polled;
        final ReceiveQueue queue;
        final int key;
        /** The time at which the queue last received a frame or woke up. */
        private long lastFrameNs;
        /** The number of frames since the queue woke up. */
        private long frames;
        /** The number of empty polls since the last frame. */
        private int emptyPolls;
        private boolean asleep;

        private Slot(PolledQueue polled, int key, long nowNs) {
            this.polled = polled;
            this.queue = polled.queue;
            this.key = key;
            this.lastFrameNs = nowNs;
        }

        /** Records that a poll returned frames. */
        void received(int count, long nowNs) {
            lastFrameNs = nowNs;
            emptyPolls = 0;
            frames += count;
        }

        /**
         * Records an empty poll; returns whether the queue has been silent for {@value #SPIN_NS} ns, or {@value
         * #BUSY_SPIN_NS} ns after a stream.
         */
        boolean staysSilent(long nowNs) {
            return ++emptyPolls >= SPIN_POLLS
                    && nowNs - lastFrameNs > (frames >= BUSY_FRAMES ? BUSY_SPIN_NS : SPIN_NS);
        }
    }

    private final Epoll epoll = new Epoll(EVENTS);
    private final EventFd wakeUp = new EventFd();
    /** The slots, indexed by key. */
    private @Nullable Slot[] slots = new @Nullable Slot[16];
    private Slot[] awake = new Slot[16];
    private int awakeCount;
    private int count;

    PollSet() {
        epoll.add(wakeUp.fd(), Epoll.IN, WAKE_UP);
    }

    /** Returns the number of queues that are awake. */
    int awakeCount() {
        return awakeCount;
    }

    /**
     * Returns one of the awake queues, {@code 0..awakeCount()-1}. Putting it to sleep or removing it moves the
     * following ones one place down.
     */
    Slot awake(int n) {
        return awake[n];
    }

    /** Returns whether any queue is asleep. */
    boolean anyAsleep() {
        return awakeCount < count;
    }

    /** Ends the current {@link #await}, or else the next one. Any thread. */
    void signal() {
        wakeUp.signal();
    }

    /** Waits for an event, at most {@code millis} ms, and wakes the queues that have received frames. */
    void await(int millis) {
        int ready = epoll.await(millis);
        for (int i = 0; i < ready; i++) {
            int key = (int) epoll.data(i);
            Slot slot = slots[key];
            if (key == WAKE_UP) {
                wakeUp.drain();
            } else if (slot != null && slot.asleep) {
                wake(slot);
            }
        }
    }

    private void wake(Slot slot) {
        slot.asleep = false;
        slot.lastFrameNs = System.nanoTime();
        slot.emptyPolls = 0;
        slot.frames = 0;
        slot.polled.asleep(false);
        awake[awakeCount++] = slot;
        slot.queue.disarm();
    }

    /** Removes an armed queue from the polled list; epoll watches it until it wakes up. */
    void putToSleep(Slot slot) {
        slot.asleep = true;
        slot.polled.asleep(true);
        unlist(slot);
    }

    private void unlist(Slot slot) {
        int n = 0;
        while (awake[n] != slot) {
            n++;
        }
        System.arraycopy(awake, n + 1, awake, n, --awakeCount - n);
    }

    /** Returns the port of the queue with this key, or null. Any thread; a concurrent change may be missed. */
    @Nullable
    String port(int key) {
        @Nullable
        Slot[] all = slots;
        Slot slot = key < all.length ? all[key] : null;
        return slot == null ? null : slot.polled.port;
    }

    /** Returns the names of the ports of its queues, each once. Any thread; a concurrent change may be missed. */
    Set<String> ports() {
        return Arrays.stream(slots).filter(slot -> slot != null).map(slot -> slot.polled.port)
                .collect(Collectors.toSet());
    }

    /** Adds a queue, awake. The queue may still be armed if its former worker ended while it slept. */
    void add(PolledQueue polled) {
        if (polled.isAsleep()) {
            polled.queue.disarm();
        }
        int key = WAKE_UP + 1;
        while (key < slots.length && slots[key] != null) {
            key++;
        }
        epoll.add(polled.queue.fd(), polled.queue.wakesOn(), key);
        if (key == slots.length) {
            slots = Arrays.copyOf(slots, 2 * key);
            awake = Arrays.copyOf(awake, 2 * key);
        }
        Slot slot = new Slot(polled, key, System.nanoTime());
        slots[key] = slot;
        count++;
        polled.asleep(false);
        awake[awakeCount++] = slot;
    }

    void remove(Slot slot) {
        slots[slot.key] = null;
        count--;
        if (!slot.asleep) {
            unlist(slot);
        }
        epoll.remove(slot.queue.fd());
        if (slot.asleep) {
            slot.polled.asleep(false);
            slot.queue.disarm();
        }
    }

    /** Removes the queue if it is in the set, and disarms it: its next worker starts with it awake. */
    void remove(PolledQueue polled) {
        for (Slot slot : slots) {
            if (slot != null && slot.polled == polled) {
                remove(slot);
                return;
            }
        }
    }

    @Override
    public void close() {
        epoll.close();
        wakeUp.close();
    }
}
