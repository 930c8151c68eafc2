package net.weft.vswitch.trace;

import net.weft.vswitch.burst.Burst;

/** Selects frames of a running port. */
@FunctionalInterface
public interface FrameFilter {
    /**
     * Returns whether a frame matches. A worker calls it for each frame of a traced port, before any forwarding
     * decision. It must not allocate, block or throw.
     *
     * @param index index of the frame in the burst; its outer tag may be inline or in {@code burst.tag}
     */
    boolean matches(Burst burst, int index);
}
