package net.weft.vswitch.worker;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.linux.Epoll;
import net.weft.linux.EventFd;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * The receive queues of one worker. Those awake stand in a list to be polled in turn; those asleep only epoll looks at, and
 * {@link #await} puts them back into the list when a frame has come.
 * <p>
 * All queues are registered with epoll all the time, so that going to sleep and waking costs no system call; what it says of
 * a queue that is awake is ignored. One thread, but for {@link #signal}.
 */
final class PollSet implements AutoCloseable {
    private static final int EVENTS = 64;
    /** Epoll's word for the eventfd; queues have keys from 1. */
    private static final int WAKE_UP = 0;
    /** The key of no queue. */
    static final int NOBODY = WAKE_UP;

    /** A receive queue in the set. */
    static final class Slot {
        private static final long SPIN_NS = 30_000;
        /** A queue that had this many frames since it woke carries a stream, and is waited for longer. */
        private static final int BUSY_FRAMES = 64;
        private static final long BUSY_SPIN_NS = 200_000;
        /** A turn may be long, so silence must also have been seen this often. */
        private static final int SPIN_POLLS = 16;

        final PolledQueue polled;
        final ReceiveQueue queue;
        final int key;
        /** When it last had a frame, or was woken. */
        private long lastFrameNs;
        /** Frames since it was woken. */
        private long frames;
        /** How often it has been polled for nothing since the last. */
        private int emptyPolls;
        private boolean asleep;

        private Slot(PolledQueue polled, int key, long nowNs) {
            this.polled = polled;
            this.queue = polled.queue;
            this.key = key;
            this.lastFrameNs = nowNs;
        }

        /** A poll found frames. */
        void received(int count, long nowNs) {
            lastFrameNs = nowNs;
            emptyPolls = 0;
            frames += count;
        }

        /** A poll found none: whether that has gone on for {@value #SPIN_NS} ns, {@value #BUSY_SPIN_NS} after a stream. */
        boolean staysSilent(long nowNs) {
            return ++emptyPolls >= SPIN_POLLS
                    && nowNs - lastFrameNs > (frames >= BUSY_FRAMES ? BUSY_SPIN_NS : SPIN_NS);
        }
    }

    private final Epoll epoll = new Epoll(EVENTS);
    private final EventFd wakeUp = new EventFd();
    /** By key. */
    private @Nullable Slot[] slots = new @Nullable Slot[16];
    private Slot[] awake = new Slot[16];
    private int awakeCount;
    private int count;

    PollSet() {
        epoll.add(wakeUp.fd(), Epoll.IN, WAKE_UP);
    }

    /** Queues to be polled. */
    int awakeCount() {
        return awakeCount;
    }

    /** One of them, {@code 0..awakeCount()-1}. Putting it to sleep or removing it moves those behind it one place down. */
    Slot awake(int n) {
        return awake[n];
    }

    /** Whether there are queues that only epoll looks at. */
    boolean anyAsleep() {
        return awakeCount < count;
    }

    /** Ends an {@link #await}, the one under way or the next. Any thread. */
    void signal() {
        wakeUp.signal();
    }

    /** Waits for a descriptor, at most {@code millis}, and wakes the queues whose turn has come. */
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

    /** From now on only epoll looks at the queue. It has been armed. */
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

    /** The port of the queue with this key, or null. Any thread; what changes meanwhile may be missed. */
    @Nullable
    String port(int key) {
        @Nullable
        Slot[] all = slots;
        Slot slot = key < all.length ? all[key] : null;
        return slot == null ? null : slot.polled.port;
    }

    /** Names of the ports of its queues, each once. Any thread; what changes meanwhile may be missed. */
    Set<String> ports() {
        return Arrays.stream(slots).filter(slot -> slot != null).map(slot -> slot.polled.port)
                .collect(Collectors.toSet());
    }

    /** Takes on a queue, awake: also one that slept when the worker that had it ended. */
    void add(PolledQueue polled) {
        if (polled.isAsleep()) {
            polled.queue.disarm();
        }
        int key = WAKE_UP + 1;
        while (key < slots.length && slots[key] != null) {
            key++;
        }
        epoll.add(polled.queue.fd(), Epoll.IN, key);
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

    /** Removes the queue if it is in the set. It is not armed afterwards: whoever polls it next begins awake. */
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
