package net.weft.examples.lab;

import java.lang.invoke.VarHandle;
import net.weft.linux.EventFd;
import net.weft.linux.Memory;

/**
 * The driver's side of a split ring (virtio 1.2, 2.7) whose every entry offers the same buffer in each lap: publishing
 * is one store of the index, however many buffers. It requires the switch to return buffers in the order in which they
 * were published, and fails when it does not. One thread; nothing is allocated after construction.
 */
public final class FrontEndRing {
    /** Number of entries, and of buffers. */
    public static final int SIZE = 1024;
    /** Bytes of a buffer. */
    public static final int BUFFER_BYTES = 2048;
    /** Bytes that the three parts of a ring take. */
    static final int BYTES = 0x10000;
    static final int AVAILABLE = 0x4000;
    static final int USED = 0x8000;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int USED_BYTES = 8;
    private static final int NO_INTERRUPT = 1;
    private static final int NO_NOTIFY = 1;

    private final long base;
    private final long buffers;
    private final EventFd kick;
    private int published;
    private int taken;

    /**
     * @param memory where the guest's memory starts here; its own addresses start at 0
     * @param ring offset of the ring's parts in it
     * @param firstBuffer offset of its buffers, one after the other
     * @param flags of every descriptor
     */
    FrontEndRing(long memory, long ring, long firstBuffer, int flags, EventFd kick) {
        base = memory + ring;
        buffers = memory + firstBuffer;
        this.kick = kick;
        for (int n = 0; n < SIZE; n++) {
            Memory.putLong(descriptor(n), firstBuffer + (long) n * BUFFER_BYTES);
            Memory.putShort(descriptor(n) + 12, (short) flags);
            length(n, BUFFER_BYTES);
            Memory.putShort(base + AVAILABLE + 4 + 2L * n, (short) n);
        }
        Memory.putShort(base + AVAILABLE, (short) NO_INTERRUPT);
    }

    /** Address, in this process, of descriptor {@code 0..SIZE-1}. */
    public long descriptor(int n) {
        return base + (long) DESCRIPTOR_BYTES * n;
    }

    /** Address, in this process, of the available part: flags, index, entries. */
    public long available() {
        return base + AVAILABLE;
    }

    /** Address, in this process, of the used part: flags, index, entries. */
    public long used() {
        return base + USED;
    }

    /** Address, in this process, of the buffer at a position, counted from the first ever published. */
    public long buffer(int position) {
        return buffers + (long) (position & SIZE - 1) * BUFFER_BYTES;
    }

    /** Sets the length, in bytes, of the descriptor at a position. */
    public void length(int position, int bytes) {
        Memory.putInt(descriptor(position & SIZE - 1) + 8, bytes);
    }

    /** Position behind the last buffer published. */
    public int published() {
        return published;
    }

    /** Position behind the last buffer taken back. */
    public int taken() {
        return taken;
    }

    /** Buffers that the switch has returned and that have not been taken back yet. */
    public int waiting() {
        return Memory.getShortAcquire(base + USED + 2) - taken & 0xFFFF;
    }

    /** Buffers that could be published now, once the returned ones are taken back. */
    public int room() {
        take(waiting());
        return SIZE - (published - taken);
    }

    /** Takes the first {@code count} returned buffers back. */
    public void take(int count) {
        for (int n = taken; n < taken + count; n++) {
            int id = Memory.getInt(base + USED + 4 + (long) USED_BYTES * (n & SIZE - 1));
            if (id != (n & SIZE - 1)) {
                throw new IllegalStateException("the switch gave back buffer " + id + " before " + (n & SIZE - 1));
            }
        }
        taken += count;
    }

    /** Publishes the next {@code count} buffers. */
    public void publish(int count) {
        published += count;
        Memory.putShortRelease(base + AVAILABLE + 2, (short) published);
    }

    /**
     * Kicks if the switch asks for it.
     *
     * @return whether it did
     */
    public boolean kick() {
        VarHandle.fullFence();
        boolean wanted = (Memory.getShort(base + USED) & NO_NOTIFY) == 0;
        if (wanted) {
            kick.signal();
        }
        return wanted;
    }
}
