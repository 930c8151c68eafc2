package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * Frames on their way into a socket that may not take them all at once: {@code [length, 4 bytes big-endian][frame]} one
 * behind the other in one buffer, which is also how QEMU's stream netdev wants them on the wire.
 * <p>
 * One thread at a time. Frames go in at the end; the owner sends from {@link #address} and says how far it got.
 */
final class Backlog {
    /** Bytes before each frame. */
    static final int PREFIX = 4;
    private static final int USUAL_FRAME = 1514;
    private static final int BYTES = 512 * 1024;

    private final long buffer;
    private int start;
    private int end;

    Backlog(Arena arena) {
        buffer = arena.allocate(BYTES, 64).address();
    }

    boolean isEmpty() {
        return start == end;
    }

    /** Whether there is no room for a frame of usual size. */
    boolean isFull() {
        return BYTES - bytes() < PREFIX + USUAL_FRAME;
    }

    /** Where the bytes not yet sent begin. */
    long address() {
        return buffer + start;
    }

    /** Bytes not yet sent. */
    int bytes() {
        return end - start;
    }

    /** Bytes of the oldest frame, when the backlog starts with one and is not empty. */
    int frameBytes() {
        return Memory.getIntBe(buffer + start);
    }

    /** The first {@code bytes} have been sent. */
    void consume(int bytes) {
        start += bytes;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /** Drops everything. */
    void clear() {
        start = 0;
        end = 0;
    }

    /** Copies a frame behind the others; false when there is no room. */
    boolean append(Burst burst, int frame, int tag) {
        int bytes = burst.egressLength(frame, tag);
        if (BYTES - end < PREFIX + bytes && start > 0) {
            int pending = end - start;
            Memory.copy(buffer + start, buffer, pending);
            start = 0;
            end = pending;
        }
        if (BYTES - end < PREFIX + Math.max(bytes, Burst.HEAD_LIMIT + 4)) {
            return false;
        }
        long at = buffer + end;
        Memory.putIntBe(at, bytes);
        at += PREFIX;
        at += burst.writeHead(frame, tag, at);
        for (int i = 0; i < burst.bodyCount(frame); i++) {
            int part = burst.bodyLength(frame, i);
            Memory.copy(burst.bodyAddress(frame, i), at, part);
            at += part;
        }
        FaultCalls.deliver(); // a frame whose memory is gone is not sent
        end += PREFIX + bytes;
        return true;
    }
}
