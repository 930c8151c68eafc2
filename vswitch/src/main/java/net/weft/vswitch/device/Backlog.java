package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * A buffer for frames that a socket could not accept yet. Each frame is stored as {@code [length, 4 bytes
 * big-endian][frame]}, one after the other, which is also the wire format of QEMU's stream netdev.
 * <p>
 * One thread at a time. Frames are appended at the end; the owner sends from {@link #address} and then calls {@link
 * #consume}.
 */
final class Backlog {
    /** Bytes of the length field before each frame. */
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

    /** Returns whether there is no room for a frame of usual size. */
    boolean isFull() {
        return BYTES - bytes() < PREFIX + USUAL_FRAME;
    }

    /** Address of the first unsent byte. */
    long address() {
        return buffer + start;
    }

    /** Number of unsent bytes. */
    int bytes() {
        return end - start;
    }

    /** Length of the oldest frame, in bytes. The backlog must not be empty and must start at a frame boundary. */
    int frameBytes() {
        return Memory.getIntBe(buffer + start);
    }

    /** Removes the first {@code bytes}, which have been sent. */
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

    /** Appends a copy of a frame; false when there is no room. */
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
