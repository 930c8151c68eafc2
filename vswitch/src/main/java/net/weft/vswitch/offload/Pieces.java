package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;

/** Produces the pieces that a frame is cut into, one at a time. */
interface Pieces {
    /** Starts with a {@link SuperFrame} of which no payload is consumed. {@code mtu} is that of the egress port. */
    void start(int mtu);

    /**
     * Appends the next finished piece to a burst that is not full. Returns false, with nothing appended, after the
     * last.
     */
    boolean append(Burst out);
}
