package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PuntRule;

/**
 * A protocol that the switch itself speaks on its links. The {@link ProtocolHost} calls it on one thread, shared with
 * the other protocols: no method may block.
 */
public interface LinkProtocol {
    /** A time until the next tick, in nanoseconds, that stands for none. */
    long NOTHING_DUE_NS = Long.MAX_VALUE / 4;

    /** Returns the rules that select its frames. The list never changes. */
    List<PuntRule> rules();

    /** Handles a frame that one of its rules has trapped. @param nowNs monotonic clock */
    void receive(PuntedFrame frame, long nowNs);

    /**
     * The legs of a port may have changed, or their links. Protocols without legs do nothing.
     *
     * @param nowNs monotonic clock
     * @return nanoseconds until the next {@link #tick} is due at the latest
     */
    default long legsChanged(long nowNs) {
        return NOTHING_DUE_NS;
    }

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
