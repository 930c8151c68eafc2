package net.weft.vswitch.forward;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The buckets of a link aggregation and the leg that each uses now. They lie beside the snapshot: a bucket moves by one
 * store of the protocol that controls the legs. A bucket whose leg has failed uses the next leg of its order of
 * preference that is up at once, before anybody has moved it.
 * <p>
 * Workers note when they used a bucket, so that a bucket is moved while it is idle. The protocol's thread writes, workers
 * read without waiting.
 */
public final class LegBuckets {
    /** Number of buckets that flow hashes are divided into; a power of two. */
    public static final int BUCKETS = 256;
    /** The slot of a bucket that has no leg. */
    public static final int NONE = -1;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle HELD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle USED = MethodHandles.arrayElementVarHandle(long[].class);

    private final byte[] slots = new byte[BUCKETS];
    private final long[][] usedNs;
    /** The number of frames of each bucket that each worker holds. */
    private final int[][] pending;
    /** One bit a bucket. */
    private final long[] held = new long[BUCKETS / Long.SIZE];
    private volatile boolean anyHeld;
    private volatile byte[] order = {};

    /** Creates buckets without legs. @param workers the number of workers that use them */
    public LegBuckets(int workers, long nowNs) {
        Arrays.fill(slots, (byte) NONE);
        usedNs = new long[workers][BUCKETS];
        pending = new int[workers][BUCKETS];
        for (long[] row : usedNs) {
            Arrays.fill(row, nowNs);
        }
    }

    /** Returns the bucket of a flow. */
    static int bucket(int hash) {
        return hash & BUCKETS - 1;
    }

    /** Sets the slots that each bucket uses when its own is down: {@code legs} of them a bucket, most preferred first. */
    public void prefer(byte[] slotsOfBuckets) {
        order = slotsOfBuckets;
    }

    /** Moves a bucket. @param slot the leg that it uses from now on, or {@link #NONE} */
    public void move(int bucket, int slot) {
        SLOT.setRelease(slots, bucket, (byte) slot);
    }

    /** Returns the slot that a bucket uses while all legs are up. */
    public int slot(int bucket) {
        return (byte) SLOT.getOpaque(slots, bucket);
    }

    /** Returns when a worker last sent a frame of a bucket, monotonic clock in nanoseconds. */
    public long lastUsedNs(int bucket) {
        long last = (long) USED.getOpaque(usedNs[0], bucket);
        for (int worker = 1; worker < usedNs.length; worker++) {
            long used = (long) USED.getOpaque(usedNs[worker], bucket);
            last = used - last > 0 ? used : last;
        }
        return last;
    }

    /**
     * Holds the frames of a bucket back, or ends that: a bucket that is about to move sends nothing until the frames on
     * its old leg have arrived. Any thread.
     */
    public synchronized void hold(int bucket, boolean on) {
        long bit = 1L << bucket;
        long word = held[bucket / Long.SIZE];
        HELD.setRelease(held, bucket / Long.SIZE, on ? word | bit : word & ~bit);
        long any = 0;
        for (long each : held) {
            any |= each;
        }
        anyHeld = any != 0;
    }

    /** Returns whether the frames of any bucket are held back. */
    boolean isAnyHeld() {
        return anyHeld;
    }

    /** Returns whether the frames of a bucket are held back. */
    public boolean isHeld(int bucket) {
        return anyHeld && ((long) HELD.getAcquire(held, bucket / Long.SIZE) >>> bucket & 1) != 0;
    }

    /** Returns whether a worker must hold a frame: its bucket is held, or earlier frames of the bucket still are. */
    boolean mustHold(int worker, int bucket) {
        return pending[worker][bucket] != 0 || isHeld(bucket);
    }

    /** The row of numbers of held frames that worker {@code id} writes. */
    int[] pending(int id) {
        return pending[id];
    }

    /** The row of times that worker {@code id} writes. */
    long[] used(int id) {
        return usedNs[id];
    }

    /** Returns the slot by which a frame of a bucket leaves now, or {@link #NONE}. @param up legs that carry frames, a bit a slot */
    int pick(int bucket, int up) {
        int slot = slot(bucket);
        return slot >= 0 && (up >>> slot & 1) != 0 ? slot : nextPreferred(bucket, up);
    }

    private int nextPreferred(int bucket, int up) {
        byte[] preferred = order;
        int legs = preferred.length / BUCKETS;
        for (int n = bucket * legs; n < (bucket + 1) * legs; n++) {
            if ((up >>> preferred[n] & 1) != 0) {
                return preferred[n];
            }
        }
        return NONE;
    }
}
