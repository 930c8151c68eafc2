package net.weft.vswitch.burst;

/**
 * The frames of a burst that leave by one leg, in order, each with the tag to push and its egress port. A device that
 * serves several ports (many peers behind one socket) distinguishes them by {@link #port}. Owned by one worker.
 */
public final class TransmitList {
    /** Number of entries. */
    public int count;
    /** Index in the burst of each entry's frame. */
    public final int[] frame = new int[Burst.CAPACITY];
    /** Tag to push on each entry as {@code (tpid << 16) | tci}, 0 for none. */
    public final int[] tag = new int[Burst.CAPACITY];
    /** Index of the egress port of each entry, which counts the frame. */
    public final int[] port = new int[Burst.CAPACITY];

    /** Returns whether the list is full. */
    public boolean isFull() {
        return count == Burst.CAPACITY;
    }

    /** Appends an entry; {@link #isFull} must be false. */
    public void add(int frameIndex, int egressTag, int egressPort) {
        frame[count] = frameIndex;
        tag[count] = egressTag;
        port[count++] = egressPort;
    }
}
