package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.TransmitList;

/** Sees what one port receives and sends, on one worker, whose thread calls it. Must not wait; {@link PortMonitors} calls it. */
public interface PortMonitor {
    /** Index of the port. */
    int port();

    /**
     * A burst has been forwarded, and is not yet released. Frames of other ports may be among it.
     */
    void received(Burst burst, long nowNs);

    /** Entries of a list have left by the port. */
    void sent(Burst burst, TransmitList list, int from, int until, long nowNs);

    /** A frame was to leave by the port and did not. */
    void lost(Burst burst, int i, int tag, DropReason reason, long nowNs);
}
