package net.weft.vswitch.burst;

/**
 * The frames of a burst that leave by one leg, in order, each with the tag to push and the port it leaves by. A device that serves several
 * ports (many peers behind one socket) tells them apart by {@link #port}. Owned by one worker.
 */
public final class TransmitList {
    /** Entries in use. */
    public int count;
    /** Index of the frame in its burst. */
    public final int[] frame = new int[Burst.CAPACITY];
    /** Tag to push as {@code (tpid << 16) | tci}, 0 for none. */
    public final int[] tag = new int[Burst.CAPACITY];
    /** Index of the port that the frame leaves by, whose counters it is counted in. */
    public final int[] port = new int[Burst.CAPACITY];

    /** Whether there is no room for a further entry. */
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
