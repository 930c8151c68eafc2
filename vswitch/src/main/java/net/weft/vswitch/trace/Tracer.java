package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PuntRule;
import org.jspecify.annotations.Nullable;

/**
 * Sends a frame through the workers' forwarding code without side effects: through a {@link Forwarder} of its own, on
 * the current {@link Snapshot} with {@link RecordingDevice}s for legs and new counters, and on a copy of the MAC table.
 * The forwarder's counters and the recorded frames are the result; {@link TraceSteps} describes it.
 * <p>
 * So a trace costs the workers nothing, and cannot disagree with them.
 * <p>
 * Not thread-safe. The memory of the burst is reused by the next trace.
 */
public final class Tracer implements AutoCloseable {
    private static final int USUAL_MTU = 1500;

    private final MacTable macs;
    /** The punt queues of traces; no link protocol receives these frames. */
    private final PuntQueues punts;
    private final Forwarder forwarder;
    private final Burst burst = new Burst();

    /**
     * @param ageingSeconds ageing time of the MAC table that will be copied
     * @param seed seed of the MAC table that will be copied
     * @param rules the workers' punt rules
     * @param live the workers' punt queues
     */
    public Tracer(int ageingSeconds, long seed, PuntRules rules, Supplier<List<PuntQueues>> live) {
        punts = PuntQueues.tracing(rules, live);
        macs = new MacTable(ageingSeconds, seed);
        forwarder = new Forwarder(0, macs, punts, true);
    }

    /**
     * Traces a frame.
     *
     * @param current the workers' snapshot
     * @param learned the workers' MAC table
     * @param ingress index of the ingress port
     * @param traced the frame
     * @param nowNs monotonic clock
     * @param names port names by index
     * @param legs names of attachments by their numbers
     */
    public Trace trace(Snapshot current, MacTable learned, int ingress, TracedFrame traced, long nowNs,
            IntFunction<String> names, IntFunction<String> legs) {
        int ports = current.ports();
        Map<Integer, RecordingDevice.Sent> sent = new HashMap<>();
        @Nullable
        Device[] devices = current.legs.device.clone();
        for (int leg = 0; leg < devices.length; leg++) {
            Device device = devices[leg];
            devices[leg] = device == null ? null : new RecordingDevice(device, leg, sent);
        }
        @Nullable
        PortCounters[] counters = new @Nullable PortCounters[ports];
        for (int port = 0; port < ports; port++) {
            counters[port] = current.counters[port] == null ? null : new PortCounters(1);
        }
        Snapshot snapshot = current.with(devices, mtus(current, ingress), counters);
        macs.copyOf(learned);
        receive(traced, ingress);
        TraceSteps steps = new TraceSteps(snapshot, macs, burst, ingress, names);
        forwarder.adopt(snapshot);
        forwarder.forward(burst, nowNs);
        List<PuntRule> punted = new ArrayList<>();
        punts.drainLinkControl(frame -> punted.add(frame.rule()));
        punts.drainOthers(frame -> punted.add(frame.rule()), Integer.MAX_VALUE);
        punted.removeIf(rule -> rule.match() instanceof PuntRule.Match.NeighborMessages); // that decides nothing
        List<Trace.Exit> exits = exits(snapshot, sent, names, legs);
        Trace trace = steps.build(current.counters, exits, punted,
                new ZoneSteps(snapshot.zones, forwarder.zones(), burst));
        return MirrorSteps.added(trace, current, burst, burst.verdict[0], names);
    }

    /** Returns the MTUs. A port that is down has none; its frames are traced with the usual one. */
    private static int[] mtus(Snapshot current, int ingress) {
        int[] mtus = current.mtu.clone();
        if (ingress < mtus.length && !current.links.isUp(ingress) && mtus[ingress] == 0) {
            mtus[ingress] = USUAL_MTU;
        }
        return mtus;
    }

    private void receive(TracedFrame frame, int ingress) {
        burst.clear();
        burst.vid[0] = 0;
        burst.evaluatedFor[0] = -1;
        Memory.copy(frame.bytes(), 0, burst.area(0), frame.bytes().length);
        burst.add(burst.area(0), frame.bytes().length, ingress, frame.offload(), frame.tag());
    }

    private List<Trace.Exit> exits(Snapshot snapshot, Map<Integer, RecordingDevice.Sent> sent,
            IntFunction<String> names,
            IntFunction<String> legs) {
        List<Trace.Exit> exits = new ArrayList<>();
        boolean hasStacked = IntStream.range(0, snapshot.ports()).anyMatch(port -> isStacked(snapshot, sent, port));
        for (int port = 0; port < snapshot.ports(); port++) {
            PortCounters counted = snapshot.counters[port];
            DropReason reason = counted == null ? null : egressDrop(counted);
            RecordingDevice.Sent recorder = isStacked(snapshot, sent, port)
                    ? sent.values().stream().filter(each -> snapshot.stack.slot(each.leg()) >= 0).findFirst()
                            .orElse(null)
                    : sent.get(port);
            if (recorder != null && !snapshot.stack.isRemote(port) && hasStacked && isLink(snapshot, port)) {
                recorder = null; // the port of another member stands for it
            }
            if (reason != null || recorder != null) {
                exits.add(recorder == null
                        ? new Trace.Exit(names.apply(port), 0, List.of(), 0, "", reason)
                        : new Trace.Exit(names.apply(port), recorder.tag(), recorder.lengths(), recorder.segmentBytes(),
                                snapshot.stack.slot(recorder.leg()) >= 0
                                        ? TraceWords.stack(snapshot.stack, port, legs.apply(recorder.leg()))
                                        : TraceWords.leg(snapshot.legs.explain(burst, 0, port, snapshot.links),
                                                recorder.leg(), legs),
                                reason));
            }
        }
        return exits;
    }

    /** Returns whether a frame left for a port of another member. */
    private static boolean isStacked(Snapshot snapshot, Map<Integer, RecordingDevice.Sent> sent, int port) {
        PortCounters counted = snapshot.counters[port];
        return (snapshot.stack.isRemote(port) || snapshot.stack.isSpread(port) && !sent.containsKey(port))
                && counted != null && counted.txPackets() > 0;
    }

    private static boolean isLink(Snapshot snapshot, int port) {
        return snapshot.legs.count(port) == 1 && snapshot.stack.slot(snapshot.legs.leg(port, 0)) >= 0;
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
