package net.weft.vswitch.fdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The entries of a {@link MacTable} that moved to another port, on their way from the workers to the one thread that
 * reports them, and the addresses that must stay on a port because they moved too often.
 * <p>
 * The moves pass through a bounded ring for many producers and one consumer, with a sequence number a slot (Vyukov's
 * bounded queue). A move that finds it full is only counted. Held addresses are looked up only when an entry is about
 * to move, in immutable sorted arrays: nothing is boxed, and no choice of addresses makes the search longer.
 */
public final class MacMoves {
    private static final int CAPACITY = 1024;
    /** The largest number of addresses that are held at once. */
    static final int MOST_HELD = 1024;
    private static final int MASK = CAPACITY - 1;
    private static final int VID_SHIFT = 48;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(MacMoves.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Held(int port, int untilSeconds) {
    }

    /** The held addresses as the workers know them: arrays in the order of the keys. */
    private static final class Published {
        static final Published NONE = new Published(Map.of());
        private final long[] keys;
        private final int[] ports;
        private final int[] untilSeconds;

        Published(Map<Long, Held> held) {
            keys = held.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
            ports = new int[keys.length];
            untilSeconds = new int[keys.length];
            for (int n = 0; n < keys.length; n++) {
                Held entry = Objects.requireNonNull(held.get(keys[n]));
                ports[n] = entry.port;
                untilSeconds[n] = entry.untilSeconds;
            }
        }

        boolean keeps(long key, int port, int nowSeconds) {
            int at = Arrays.binarySearch(keys, key);
            return at >= 0 && ports[at] != port && untilSeconds[at] - nowSeconds > 0;
        }
    }

    /** Receives one move; see {@link #drain}. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param mac 48 bits, first byte lowest
         * @param from index of the previous port
         * @param to index of the new port
         */
        void moved(int vid, long mac, int from, int to);
    }

    private final long[] sequence = new long[CAPACITY];
    private final long[] keys = new long[CAPACITY];
    private final long[] ports = new long[CAPACITY];
    private long tail;
    private long head;
    private volatile long lost;
    private volatile Published held = Published.NONE;
    /** The held addresses as the thread that drains knows them. */
    private final Map<Long, Held> next = new HashMap<>();
    private boolean changed;

    MacMoves() {
        for (int slot = 0; slot < CAPACITY; slot++) {
            sequence[slot] = slot;
        }
    }

    private static long key(int vid, long mac) {
        return (long) vid << VID_SHIFT | mac;
    }

    // ---- workers ---------------------------------------------------------------------------------------------------

    /** Records a move. Any worker. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // a lost count of lost moves does no harm
    void add(int vid, long mac, int from, int to) {
        while (true) {
            long at = (long) TAIL.getOpaque(this);
            int slot = (int) at & MASK;
            long ahead = (long) LONGS.getAcquire(sequence, slot) - at;
            if (ahead < 0) {
                lost = lost + 1;
                return;
            }
            if (ahead == 0 && TAIL.compareAndSet(this, at, at + 1)) {
                keys[slot] = key(vid, mac);
                ports[slot] = (long) from << Integer.SIZE | to;
                LONGS.setRelease(sequence, slot, at + 1);
                return;
            }
        }
    }

    /** Returns whether an address must not move to a port now. */
    boolean keeps(int vid, long mac, int port, int nowSeconds) {
        return held.keeps(key(vid, mac), port, nowSeconds);
    }

    // ---- the thread that reports -----------------------------------------------------------------------------------

    /** Takes the recorded moves out. One thread. */
    public void drain(Visitor visitor) {
        for (int n = 0; n < CAPACITY; n++) {
            int slot = (int) head & MASK;
            if ((long) LONGS.getAcquire(sequence, slot) != head + 1) {
                return;
            }
            long key = keys[slot];
            long pair = ports[slot];
            LONGS.setRelease(sequence, slot, head + CAPACITY);
            head++;
            visitor.moved((int) (key >>> VID_SHIFT), key & (1L << VID_SHIFT) - 1, (int) (pair >>> Integer.SIZE),
                    (int) pair);
        }
    }

    /**
     * Keeps an address on a port until a second of the monotonic clock; workers know it after {@link #publish}. Returns
     * false if {@value #MOST_HELD} addresses are held already. The thread that drains.
     */
    public boolean hold(int vid, long mac, int port, int untilSeconds) {
        if (next.size() >= MOST_HELD && !next.containsKey(key(vid, mac))) {
            return false;
        }
        next.put(key(vid, mac), new Held(port, untilSeconds));
        changed = true;
        return true;
    }

    /** Forgets the addresses whose time is over, and tells the workers what changed. The thread that drains. */
    public void publish(int nowSeconds) {
        changed |= next.values().removeIf(entry -> entry.untilSeconds - nowSeconds <= 0);
        if (changed) {
            changed = false;
            held = new Published(next);
        }
    }

    /** Returns the number of moves that nobody took out in time. Any thread. */
    public long lost() {
        return lost;
    }

    /** Takes over which addresses are held elsewhere, for a copy of the table. */
    void copyOf(MacMoves other) {
        held = other.held;
    }
}
