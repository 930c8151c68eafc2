package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.port.PuntRule;

/**
 * A protocol that the switch itself speaks on its links. The {@link ProtocolHost} calls it on one thread, shared with
 * the other protocols: no method may block.
 */
public interface LinkProtocol {
    /** Returns the rules that select its frames. The list never changes. */
    List<PuntRule> rules();

    /** Handles a frame that one of its rules has trapped. @param nowNs monotonic clock */
    void receive(PuntedFrame frame, long nowNs);

    /**
     * Does the work that is due; called some hundred times a second at most.
     *
     * @param nowNs monotonic clock
     * @return nanoseconds until the next call is due; a later call must do no harm
     */
    long tick(long nowNs);

    /**
     * Returns nanoseconds until {@link #tick} is due, called after {@link #receive}: what was received may make a tick
     * due sooner than the last one said.
     */
    default long dueInNs(long nowNs) {
        return Long.MAX_VALUE / 4;
    }
}
