package net.weft.vswitch.burst;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A ring of frames between one producer and one consumer: fixed slots, two indices, no locks. */
public final class FrameRing {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(FrameRing.class, "head", int.class);
            TAIL = MethodHandles.lookup().findVarHandle(FrameRing.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long slots;
    private final int stride;
    private final int mask;
    private final int[] length;
    private final long[] offload;
    private int head;
    private int tail;

    /**
     * @param frames capacity in frames, a power of two
     * @param frameBytes length of the largest frame in bytes
     */
    public FrameRing(Arena arena, int frames, int frameBytes) {
        if (Integer.bitCount(frames) != 1) {
            throw new IllegalArgumentException(frames + " frames: expected a power of two");
        }
        stride = frameBytes + 63 & ~63;
        slots = arena.allocate((long) frames * stride, 64).address();
        mask = frames - 1;
        length = new int[frames];
        offload = new long[frames];
    }

    /** Length in bytes of the largest frame that fits into a slot. */
    public int frameBytes() {
        return stride;
    }

    /** Returns whether the ring is full. Any thread. */
    public boolean isFull() {
        return (int) TAIL.getAcquire(this) - (int) HEAD.getAcquire(this) > mask;
    }

    /** Producer: address at which to write the next frame, 0 if the ring is full. */
    public long claim() {
        if (tail - (int) HEAD.getAcquire(this) > mask) {
            return 0;
        }
        return slots + (long) (tail & mask) * stride;
    }

    /** Producer: publishes the frame written at {@link #claim}. */
    public void publish(int bytes, long offloadWord) {
        length[tail & mask] = bytes;
        offload[tail & mask] = offloadWord;
        TAIL.setRelease(this, tail + 1);
    }

    /**
     * Producer: returns whether the frame that was published last is the only one, so that a consumer that sleeps must be woken. A
     * consumer that looks into the ring behind a full fence before it sleeps misses no frame.
     */
    public boolean isFirst() {
        VarHandle.fullFence();
        return tail - (int) HEAD.getAcquire(this) <= 1;
    }

    /** Consumer: number of frames in the ring. */
    public int available() {
        return (int) TAIL.getAcquire(this) - head;
    }

    /** Consumer: the oldest frame's address, 0 when there is none. */
    public long peek() {
        return peek(0);
    }

    /** Consumer: address of the frame {@code ahead} places behind the oldest, 0 when there is none. */
    public long peek(int ahead) {
        if (available() <= ahead) {
            return 0;
        }
        return slots + (long) (head + ahead & mask) * stride;
    }

    /** Consumer: length in bytes of the oldest frame. */
    public int length() {
        return length(0);
    }

    /** Consumer: length in bytes of the frame {@code ahead} places behind the oldest. */
    public int length(int ahead) {
        return length[head + ahead & mask];
    }

    /** Consumer: offload word of the oldest frame. */
    public long offload() {
        return offload(0);
    }

    /** Consumer: offload word of the frame {@code ahead} places behind the oldest. */
    public long offload(int ahead) {
        return offload[head + ahead & mask];
    }

    /** Consumer: frees the oldest slot. */
    public void consume() {
        consume(1);
    }

    /** Consumer: frees the oldest {@code frames} slots. */
    public void consume(int frames) {
        HEAD.setRelease(this, head + frames);
    }
}
