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
 * The port monitors of one worker: captures, and the mirrors of the configuration. Without monitors, {@link #devices}
 * are the snapshot's own devices and forwarding only checks {@link #any} once a burst.
 * <p>
 * One per {@link Forwarder}; used by its thread only.
 */
public final class PortMonitors implements MonitoredLeg.Observer, AutoCloseable {
    private final int workerId;
    private Snapshot snapshot = Snapshot.empty();
    private List<PortMonitor> captures = List.of();
    private PortMonitor[] all = {};
    private @Nullable Device[] devices = {};
    private @Nullable MirrorCopies copies;
    private long nowNs;

    public PortMonitors(int workerId) {
        this.workerId = workerId;
    }

    /** Adopts a new configuration; between bursts only. */
    public void adopt(Snapshot next) {
        snapshot = next;
        rebuild();
    }

    /** Replaces the monitors of captures; between bursts only. */
    void captures(List<PortMonitor> wanted) {
        captures = wanted;
        rebuild();
    }

    private void rebuild() {
        List<PortMonitor> monitors = new ArrayList<>(captures);
        for (Mirroring mirroring : snapshot.mirrors) {
            if (copies == null) {
                copies = new MirrorCopies();
            }
            PortCounters counters = snapshot.counters[mirroring.to()];
            if (counters != null) {
                monitors.add(new Mirror(mirroring, this::devices, copies, snapshot, counters.row(workerId)));
            }
        }
        all = monitors.toArray(new PortMonitor[0]);
        devices = snapshot.legs.device;
        if (all.length > 0) {
            devices = devices.clone();
            for (PortMonitor monitor : all) {
                watch(monitor.port());
            }
        }
    }

    private void watch(int port) {
        for (int n = 0; port < snapshot.ports() && n < snapshot.legs.count(port); n++) {
            int leg = snapshot.legs.leg(port, n);
            Device device = leg < 0 ? null : devices[leg];
            if (device != null && !(device instanceof MonitoredLeg)) {
                devices[leg] = new MonitoredLeg(device, this);
            }
        }
    }

    /** The device of each leg; legs of monitored ports have a {@link MonitoredLeg}. */
    @Nullable
    public Device[] devices() {
        return devices;
    }

    /** Returns whether there is any monitor. */
    public boolean any() {
        return all.length > 0;
    }

    /** Sets the time that the monitors are given next, by the monotonic clock in nanoseconds. */
    void now(long monotonicNs) {
        nowNs = monotonicNs;
    }

    /** Reports a forwarded burst to every monitor. */
    void received(Burst burst) {
        for (PortMonitor monitor : all) {
            monitor.received(burst, nowNs);
        }
    }

    /** Reports to each monitor the sent entries of its port, one run at a time. */
    @Override
    public void sent(Burst burst, TransmitList list, int from, int until) {
        for (PortMonitor monitor : all) {
            int n = from;
            while (n < until) {
                int first = n;
                int port = list.port[n];
                do {
                    n++;
                } while (n < until && list.port[n] == port);
                if (port == monitor.port()) {
                    monitor.sent(burst, list, first, n, nowNs);
                }
            }
        }
    }

    @Override
    public void lost(int port, Burst burst, int i, int tag, DropReason reason) {
        for (PortMonitor monitor : all) {
            if (monitor.port() == port) {
                monitor.lost(burst, i, tag, reason, nowNs);
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
