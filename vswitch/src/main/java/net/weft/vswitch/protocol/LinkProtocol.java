package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.port.PuntRule;

/**
 * A protocol that the switch itself speaks on its links. The {@link ProtocolHost} calls it on one thread, which nothing else may keep busy:
 * no method waits for anything.
 */
public interface LinkProtocol {
    /** Which frames it wants. Never changes. */
    List<PuntRule> rules();

    /** Takes a frame that one of its rules has trapped. @param nowNs monotonic clock */
    void receive(PuntedFrame frame, long nowNs);

    /**
     * Does what is due, some hundred times a second at most.
     *
     * @param nowNs monotonic clock
     * @return nanoseconds until it wants to be called again; a later call is no fault
     */
    long tick(long nowNs);
}
