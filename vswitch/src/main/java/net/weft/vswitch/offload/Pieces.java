package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;

/** What a frame is cut into, one piece at a time. */
interface Pieces {
    /** Begins on the {@link SuperFrame}, of which nothing is taken yet. {@code mtu} is that of the port it leaves by. */
    void start(int mtu);

    /** Appends the next piece, finished, to a burst with room. False, and nothing appended, behind the last. */
    boolean append(Burst out);
}
