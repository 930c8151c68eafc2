package net.weft.stacking;

import net.weft.stacking.topology.Topology;
import net.weft.vswitch.stack.StackRoutes;

/** What the protocol of a member wants done. */
public interface StackOutput {
    /** Sends a control message by a link. */
    void send(int link, byte[] message);

    /** Uses these ways from now on. */
    void routes(StackRoutes routes);

    /** Takes note of the topology from which these ways follow. */
    default void topology(Topology topology, long nowNs) {
    }

    /**
     * Uses these keys for a link from now on.
     *
     * @param id says which session a frame belongs to, never 0
     */
    void keys(int link, int id, byte[] sendKey, byte[] receiveKey);

    /** Tells people. */
    void event(StackEvent event);
}
