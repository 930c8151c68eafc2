package net.weft.vswitch.forward;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.port.PortCounters;
import org.jspecify.annotations.Nullable;

/**
 * Who looks on while one worker forwards: captures, and the mirrors of the configuration. Where nobody does, {@link #legs} are the
 * snapshot's own and all that forwarding pays is {@link #any}, once a burst.
 * <p>
 * One per {@link Forwarder}; its thread only.
 */
public final class PortMonitors implements AutoCloseable {
    private final int workerId;
    private Snapshot snapshot = Snapshot.empty();
    private List<PortMonitor> captures = List.of();
    private PortMonitor[] all = {};
    private @Nullable Device[] legs = {};
    private @Nullable MirrorCopies copies;
    private long nowNs;

    public PortMonitors(int workerId) {
        this.workerId = workerId;
    }

    /** Takes a new configuration; between bursts only. */
    public void adopt(Snapshot next) {
        snapshot = next;
        arrange();
    }

    /** Those of captures from now on; between bursts only. */
    void captures(List<PortMonitor> wanted) {
        captures = wanted;
        arrange();
    }

    private void arrange() {
        List<PortMonitor> taps = new ArrayList<>(captures);
        for (Mirroring mirroring : snapshot.mirrors) {
            if (copies == null) {
                copies = new MirrorCopies();
            }
            PortCounters counters = snapshot.counters[mirroring.to()];
            if (counters != null) {
                taps.add(new Mirror(mirroring, this, copies, snapshot, counters.row(workerId)));
            }
        }
        all = taps.toArray(new PortMonitor[0]);
        legs = snapshot.leg;
        if (all.length > 0) {
            legs = snapshot.leg.clone();
            for (int port = 0; port < legs.length; port++) {
                legs[port] = leg(port, legs[port]);
            }
        }
    }

    /** The legs to send by. */
    @Nullable
    public Device[] legs() {
        return legs;
    }

    /** A device that frames leave a port by, looked at where somebody does. */
    @Nullable
    Device leg(int port, @Nullable Device device) {
        if (device != null) {
            for (PortMonitor tap : all) {
                if (tap.port() == port) {
                    return new MonitoredLeg(device, this, port);
                }
            }
        }
        return device;
    }

    /** Whether anybody looks on. */
    public boolean any() {
        return all.length > 0;
    }

    /** The clock of what follows. */
    void now(long monotonicNs) {
        nowNs = monotonicNs;
    }

    /** A burst has been forwarded. */
    void received(Burst burst, int[] verdict) {
        for (PortMonitor tap : all) {
            tap.received(burst, verdict, nowNs);
        }
    }

    void sent(int port, Burst burst, TransmitList list, int from, int until) {
        for (PortMonitor tap : all) {
            if (tap.port() == port) {
                tap.sent(burst, list, from, until, nowNs);
            }
        }
    }

    void lost(int port, Burst burst, int i, int tag, DropReason reason) {
        for (PortMonitor tap : all) {
            if (tap.port() == port) {
                tap.lost(burst, i, tag, reason, nowNs);
            }
        }
    }

    @Override
    public void close() {
        if (copies != null) {
            copies.close();
        }
    }
}
