package net.weft.vswitch.trace;

import net.weft.vswitch.burst.Burst;

/** Picks frames of a running port. */
@FunctionalInterface
public interface FrameFilter {
    /**
     * Called by a worker for each frame of a port that is followed, before anything was decided about it. Allocates and waits
     * for nothing, never throws.
     *
     * @param index of the frame in the burst; tags may stand inline or beside it
     */
    boolean matches(Burst burst, int index);
}
