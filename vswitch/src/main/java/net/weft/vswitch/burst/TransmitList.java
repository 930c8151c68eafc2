package net.weft.vswitch.burst;

/** The frames of a burst that leave by one port, in order, each with the tag to push. Owned by one worker. */
public final class TransmitList {
    /** Entries in use. */
    public int count;
    /** Index of the frame in its burst. */
    public final int[] frame = new int[Burst.CAPACITY];
    /** Tag to push as {@code (tpid << 16) | tci}, 0 for none. */
    public final int[] tag = new int[Burst.CAPACITY];

    /** Appends an entry. There is room for every frame of a burst once. */
    public void add(int frameIndex, int egressTag) {
        frame[count] = frameIndex;
        tag[count++] = egressTag;
    }
}
