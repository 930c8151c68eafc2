package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.PuntQueue;
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import org.jspecify.annotations.Nullable;

/**
 * Sends a frame through the workers' forwarding code without consequence: a {@link Forwarder} of its own, on the current
 * {@link Snapshot} with {@link RecordingDevice}s for legs and new counters, and on a copy of the stations. What the
 * forwarder counted and handed to the devices is the truth; {@link TraceSteps} puts it into words.
 * <p>
 * So a trace costs the workers nothing, and cannot disagree with them.
 * <p>
 * One thread at a time. The memory of a burst is kept for the next trace.
 */
public final class Tracer implements AutoCloseable {
    private static final int USUAL_MTU = 1500;

    private final MacTable stations;
    /** Nobody takes what a trace punts. */
    private final PuntQueue punts = new PuntQueue();
    private final Forwarder forwarder;
    private final Burst burst = new Burst();

    /** @param seed of the table of stations that will be copied */
    public Tracer(int ageingSeconds, long seed) {
        stations = new MacTable(ageingSeconds, seed);
        forwarder = new Forwarder(0, stations, punts, true);
    }

    /**
     * @param current what the workers use
     * @param learned the stations they have learned
     * @param ingress number of the port the frame comes in by
     * @param names of the ports by number
     */
    public Trace trace(Snapshot current, MacTable learned, int ingress, TracedFrame traced, long nowNs,
            IntFunction<String> names) {
        int ports = current.ports();
        @Nullable
        RecordingDevice[] recorders = new @Nullable RecordingDevice[ports];
        @Nullable
        Device[] legs = new @Nullable Device[ports];
        @Nullable
        PortCounters[] counters = new @Nullable PortCounters[ports];
        for (int port = 0; port < ports; port++) {
            Device device = current.leg[port];
            if (device != null) {
                recorders[port] = new RecordingDevice(device);
                legs[port] = recorders[port];
            }
            counters[port] = current.counters[port] == null ? null : new PortCounters(1);
        }
        Snapshot snapshot = current.with(legs, mtus(current, ingress), counters);
        stations.copyOf(learned);
        receive(traced, ingress);
        TraceSteps steps = new TraceSteps(snapshot, stations, burst, ingress, names);
        forwarder.adopt(snapshot);
        forwarder.forward(burst, nowNs);
        List<PuntedFrame.Kind> punted = new ArrayList<>();
        punts.drain(frame -> punted.add(frame.kind()));
        List<Trace.Exit> exits = exits(snapshot, recorders, names);
        Trace trace = steps.tell(forwarder.vid(0), current.counters, exits, punted,
                new ZoneSteps(snapshot.zones, forwarder.zones(), ingress, forwarder.vid(0)));
        return MirrorSteps.added(trace, current, burst, forwarder.verdict(0), names);
    }

    /** A port that is down has none; what would follow is told as if it had the usual one. */
    private static int[] mtus(Snapshot current, int ingress) {
        int[] mtus = current.mtu.clone();
        if (ingress < mtus.length && current.leg[ingress] == null && mtus[ingress] == 0) {
            mtus[ingress] = USUAL_MTU;
        }
        return mtus;
    }

    private void receive(TracedFrame frame, int ingress) {
        burst.clear();
        Memory.copy(frame.bytes(), 0, burst.area(0), frame.bytes().length);
        burst.add(burst.area(0), frame.bytes().length, ingress, frame.offload(), frame.tag());
    }

    private static List<Trace.Exit> exits(Snapshot snapshot, @Nullable RecordingDevice[] recorders,
            IntFunction<String> names) {
        List<Trace.Exit> exits = new ArrayList<>();
        for (int port = 0; port < snapshot.ports(); port++) {
            PortCounters counted = snapshot.counters[port];
            DropReason reason = counted == null ? null : egressDrop(counted);
            RecordingDevice recorder = recorders[port];
            if (reason != null || recorder != null && !recorder.lengths().isEmpty()) {
                exits.add(recorder == null
                        ? new Trace.Exit(names.apply(port), 0, List.of(), 0, reason)
                        : new Trace.Exit(names.apply(port), recorder.tag(), recorder.lengths(), recorder.segmentBytes(),
                                reason));
            }
        }
        return exits;
    }

    private static @Nullable DropReason egressDrop(PortCounters counted) {
        for (DropReason reason : DropReason.values()) {
            if (counted.egressDrops(reason) > 0) {
                return reason;
            }
        }
        return null;
    }

    @Override
    public void close() {
        forwarder.close();
        punts.close();
        burst.close();
    }
}
