package net.weft.vswitch.capture;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * A ring of frame copies between one worker and one consumer thread: records of variable length, stored contiguously in
 * preallocated memory. The worker never waits: a frame that does not fit is not copied, and {@link #offer} returns
 * false.
 * <p>
 * A record is {@value #HEADER_BYTES} bytes (length of the record, captured length, length of the frame, a word of the
 * producer, the time) and the frame. A record that would cross the end of the memory is stored at its beginning; a
 * record of length zero marks the gap.
 */
public final class CaptureRing {
    private static final int HEADER_BYTES = 24;
    private static final int CAPTURED = 4;
    private static final int ORIGINAL = 8;
    private static final int WORD = 12;
    private static final int TIME = 16;
    /** Least room for a frame: a head with a tag is always written whole, even if the snap length is smaller. */
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
     * @param bytes size of the memory, a power of two, with room for at least two records of maximum length
     * @param snapLength maximum number of bytes of a frame that are copied, at least 1
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
     * @param tag outer tag of the frame on the wire, 0 for none
     * @param word passed on to the consumer
     * @param timeNs time by any clock, passed on to the consumer
     * @return false if there is no room
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

    /**
     * Returns the address of {@code bytes} contiguous free bytes, 0 if there are none. Skips the end of the memory if
     * they do not fit there.
     */
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

    /** Returns whether there is a record. The methods below refer to the oldest one. */
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

    /** Captured length in bytes. */
    public int captured() {
        return Memory.getInt(record() + CAPTURED);
    }

    /** Length of the frame in bytes. */
    public int original() {
        return Memory.getInt(record() + ORIGINAL);
    }

    public int word() {
        return Memory.getInt(record() + WORD);
    }

    public long timeNs() {
        return Memory.getLong(record() + TIME);
    }

    /** Copies the captured bytes; {@code to} must have room for them. */
    public void copyTo(byte[] to) {
        Memory.copy(record() + HEADER_BYTES, to, 0, captured());
    }

    /** Frees the memory of the record. */
    public void consume() {
        HEAD.setRelease(this, head + Memory.getUnsignedInt(record()));
    }
}
