package net.weft.vswitch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.vswitch.attach.Aggregate;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.forward.LegBuckets;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.LagSpec;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.WorkerThread;

/** Gives each port the link aggregation and the link protocols that the configuration wishes. Control thread only. */
final class Aggregates {
    private final LinkState links;
    private final List<WorkerThread> workers;
    private final ControlThread control;
    private final Consumer<Port> upChanged;
    private volatile Runnable onLegs = () -> {
    };

    /** @param upChanged called on the control thread when a link aggregation begins or ends to carry frames */
    Aggregates(LinkState links, List<WorkerThread> workers, ControlThread control, Consumer<Port> upChanged) {
        this.links = links;
        this.workers = workers;
        this.control = control;
        this.upChanged = upChanged;
    }

    /** Sets what is called when legs or their links have changed; it must not block. Any thread. */
    void onLegs(Runnable listener) {
        onLegs = listener;
    }

    /** Configures the ports, before they get their legs. */
    void apply(SwitchConfig wished, Map<String, Port> ports) {
        Map<String, LagSpec> specs = new HashMap<>();
        wished.lags().forEach(lag -> specs.put(lag.port(), lag));
        ports.forEach((name, port) -> {
            LagSpec spec = specs.get(name);
            Aggregate lag = port.aggregate();
            if (spec != null && lag != null) {
                lag.spec(spec);
            } else if (spec != null) {
                lag = aggregate(spec, port);
            } else {
                lag = null;
            }
            port.links(lag, (lag == null ? 0 : PortFlags.LACP) | (wished.lldp().contains(name) ? PortFlags.LLDP : 0)
                    | (wished.stack().links().stream().anyMatch(link -> link.port().equals(name))
                            ? PortFlags.STACK
                            : 0));
        });
    }

    private Aggregate aggregate(LagSpec spec, Port port) {
        LegSelection selection = new LegSelection(links, port.index,
                new LegBuckets(workers.size(), System.nanoTime()),
                () -> control.execute("a link aggregation went up or down", () -> upChanged.accept(port)));
        return new Aggregate(spec, selection, () -> new LagLeg(workers.size(),
                workers.getFirst().punts().rules().rules(), System.nanoTime()));
    }

    /** The legs of a port, or their links, were published. */
    void shown(Port port) {
        if (port.aggregate() != null || (port.linkFlags() & PortFlags.STACK) != 0) {
            onLegs.run();
        }
    }
}
