package net.weft.vswitch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.trace.FrameFilter;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.vswitch.trace.Tracer;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/** The traces of a running switch: of described frames, and live traces of received ones. Control thread only. */
final class Traces implements AutoCloseable {
    /** The maximum number of live traces: a worker runs each of them for each burst. */
    private static final int MAX_LIVE = 8;

    private final Map<String, Port> ports;
    private final List<WorkerThread> workers;
    private final MacTable macs;
    private final SwitchOptions options;
    private final Supplier<Snapshot> published;
    private @Nullable Tracer tracer;
    private LiveTrace[] live = {};

    Traces(Map<String, Port> ports, List<WorkerThread> workers, MacTable macs, SwitchOptions options,
            Supplier<Snapshot> published) {
        this.ports = ports;
        this.workers = workers;
        this.macs = macs;
        this.options = options;
        this.published = published;
    }

    Trace trace(String port, TracedFrame frame, long nowNs) {
        int number = number(port);
        Map<Integer, String> names = new HashMap<>();
        Map<Integer, String> legs = new HashMap<>();
        ports.forEach((name, supervisor) -> {
            names.put(supervisor.index, name);
            supervisor.legs().forEach(leg -> legs.put(leg.number, leg.spec().name()));
        });
        if (tracer == null) {
            tracer = new Tracer(options.ageingSeconds(), options.seed(), workers.getFirst().punts().rules(),
                    () -> workers.stream().map(WorkerThread::punts).toList());
        }
        return tracer.trace(published.get(), macs, number, frame, nowNs,
                of -> names.getOrDefault(of, "a port that is gone"),
                of -> legs.getOrDefault(of, "a leg that is gone"));
    }

    /** Starts a live trace. @param unfollow called when the trace is closed, on any thread */
    LiveTrace follow(String port, FrameFilter filter, int count, Consumer<LiveTrace> unfollow) {
        if (live.length == MAX_LIVE) {
            throw new IllegalArgumentException(MAX_LIVE + " ports are followed already; end one of those first");
        }
        LiveTrace[] self = new LiveTrace[1];
        self[0] = new LiveTrace(port, number(port), filter, count, () -> unfollow.accept(self[0]));
        live = Arrays.copyOf(live, live.length + 1);
        live[live.length - 1] = self[0];
        workers.forEach(worker -> worker.follow(live));
        return self[0];
    }

    void unfollow(LiveTrace ended) {
        live = Arrays.stream(live).filter(trace -> trace != ended).toArray(LiveTrace[]::new);
        workers.forEach(worker -> worker.follow(live));
    }

    private int number(String port) {
        Port supervisor = ports.get(port);
        if (supervisor == null) {
            throw new IllegalArgumentException("there is no port " + port + "; there are "
                    + String.join(", ", ports.keySet()));
        }
        return supervisor.index;
    }

    @Override
    public void close() {
        if (tracer != null) {
            tracer.close();
        }
    }
}
