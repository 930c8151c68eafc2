package net.weft.vswitch.capture;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * Copies of frames on their way from one worker to one thread that takes them: records of any length, one behind the other in memory
 * that was allocated beforehand. The worker never waits: what does not fit is not copied, and {@link #offer} says so.
 * <p>
 * A record is {@value #HEADER_BYTES} bytes (its length, bytes captured, bytes of the frame, a word of the producer's, the time) and the
 * frame. One that would cross the end of the memory starts at its beginning; a record of zero bytes marks the gap.
 */
public final class CaptureRing {
    private static final int HEADER_BYTES = 24;
    private static final int CAPTURED = 4;
    private static final int ORIGINAL = 8;
    private static final int WORD = 12;
    private static final int TIME = 16;
    /** A head with a tag is written whole, however little of it is wanted. */
    private static final int LEAST_ROOM = Burst.HEAD_LIMIT + 8;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(CaptureRing.class, "head", long.class);
            TAIL = MethodHandles.lookup().findVarHandle(CaptureRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long memory;
    private final long capacity;
    private final int snapLength;
    private long head;
    private long tail;

    /**
     * @param bytes of memory, a power of two, room for two of the longest records at least
     * @param snapLength bytes of a frame that are copied at most, at least 1
     */
    public CaptureRing(Arena arena, int bytes, int snapLength) {
        int longest = HEADER_BYTES + Math.max(LEAST_ROOM, Math.min(snapLength, Burst.MAX_FRAME + 8)) + 8;
        if (Integer.bitCount(bytes) != 1 || bytes < 2 * longest) {
            throw new IllegalArgumentException(bytes + " bytes: expected a power of two from " + 2 * longest);
        }
        memory = arena.allocate(bytes, 64).address();
        capacity = bytes;
        this.snapLength = snapLength;
    }

    // ---- producer --------------------------------------------------------------------------------------------------

    /**
     * Copies a frame as it is on the wire.
     *
     * @param tag its outer tag there, 0 for none
     * @param word anything, for the consumer
     * @param timeNs of any clock, for the consumer
     * @return false when there is no room for it
     */
    public boolean offer(Burst burst, int i, int tag, int word, long timeNs) {
        boolean whole = burst.headLength[i] >= burst.typeOffset[i];
        int original = whole ? burst.egressLength(i, tag) : burst.length[i];
        int captured = Math.min(original, snapLength);
        long record = claim(HEADER_BYTES + Math.max(captured, LEAST_ROOM));
        if (record == 0) {
            return false;
        }
        long frame = record + HEADER_BYTES;
        if (whole) {
            copy(burst, i, tag, frame, captured);
        } else {
            Memory.copy(burst.head(i), frame, captured);
        }
        FaultCalls.deliver();
        int bytes = HEADER_BYTES + captured + 7 & ~7;
        Memory.putInt(record, bytes);
        Memory.putInt(record + CAPTURED, captured);
        Memory.putInt(record + ORIGINAL, original);
        Memory.putInt(record + WORD, word);
        Memory.putLong(record + TIME, timeNs);
        TAIL.setRelease(this, tail + bytes);
        return true;
    }

    private static void copy(Burst burst, int i, int tag, long to, int captured) {
        int at = burst.writeHead(i, tag, to);
        for (int n = 0; n < burst.bodyCount(i) && at < captured; n++) {
            int part = Math.min(burst.bodyLength(i, n), captured - at);
            Memory.copy(burst.bodyAddress(i, n), to + at, part);
            at += part;
        }
    }

    /** Where so many bytes in one piece are free, 0 for nowhere. Skips the end of the memory when they do not fit there. */
    private long claim(int bytes) {
        long free = capacity - (tail - (long) HEAD.getAcquire(this));
        long at = tail & capacity - 1;
        long untilEnd = capacity - at;
        if (untilEnd < bytes) {
            if (free < untilEnd + bytes) {
                return 0;
            }
            Memory.putInt(memory + at, 0);
            TAIL.setRelease(this, tail + untilEnd);
            return memory;
        }
        return free < bytes ? 0 : memory + at;
    }

    // ---- consumer --------------------------------------------------------------------------------------------------

    /** Whether there is a record; the methods below are about the oldest. */
    public boolean hasNext() {
        while ((long) TAIL.getAcquire(this) != head) {
            long at = head & capacity - 1;
            if (Memory.getInt(memory + at) != 0) {
                return true;
            }
            HEAD.setRelease(this, head + capacity - at);
        }
        return false;
    }

    private long record() {
        return memory + (head & capacity - 1);
    }

    /** Bytes captured. */
    public int captured() {
        return Memory.getInt(record() + CAPTURED);
    }

    /** Bytes of the frame. */
    public int original() {
        return Memory.getInt(record() + ORIGINAL);
    }

    public int word() {
        return Memory.getInt(record() + WORD);
    }

    public long timeNs() {
        return Memory.getLong(record() + TIME);
    }

    /** Copies the frame; there must be room for what was captured. */
    public void copyTo(byte[] to) {
        Memory.copy(record() + HEADER_BYTES, to, 0, captured());
    }

    /** Gives the record's memory back. */
    public void consume() {
        HEAD.setRelease(this, head + Memory.getInt(record()));
    }
}
