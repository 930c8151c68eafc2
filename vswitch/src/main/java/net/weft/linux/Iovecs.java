package net.weft.linux;

import java.lang.foreign.Arena;

/** A reusable array of {@code struct iovec}: address at offset 0, length at 8, 16 bytes each. */
public final class Iovecs {
    static final long BYTES = 16;
    static final long LENGTH_OFFSET = 8;

    private final long address;
    private final int capacity;

    public Iovecs(Arena arena, int capacity) {
        this.address = arena.allocate(capacity * BYTES, 64).address();
        this.capacity = capacity;
    }

    public int capacity() {
        return capacity;
    }

    /** The address of the array, for {@link Fd#readv} and {@link Fd#writev}. */
    public long address() {
        return address;
    }

    /** Sets entry {@code index}, which must be less than {@link #capacity()}. */
    public void set(int index, long bufferAddress, long bytes) {
        set(address + index * BYTES, bufferAddress, bytes);
    }

    static void set(long entry, long bufferAddress, long bytes) {
        Memory.putLong(entry, bufferAddress);
        Memory.putLong(entry + LENGTH_OFFSET, bytes);
    }
}
