package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.TransmitList;

/**
 * Observes the frames that one port receives and sends on one worker. {@link PortMonitors} calls it on the worker's
 * thread; it must not wait.
 */
public interface PortMonitor {
    /** Index of the port. */
    int port();

    /** Called when a burst was forwarded, before it is released. The burst may include frames of other ports. */
    void received(Burst burst, long nowNs);

    /** Called when entries of a list have left by the port. */
    void sent(Burst burst, TransmitList list, int from, int until, long nowNs);

    /** Called when a frame that should have left by the port was dropped. */
    void lost(Burst burst, int i, int tag, DropReason reason, long nowNs);
}
