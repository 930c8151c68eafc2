package net.weft.vswitch;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.vswitch.attach.Aggregate;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.protocol.ProtocolPort;
import net.weft.vswitch.protocol.ProtocolPorts;
import net.weft.vswitch.stack.StackLinks;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The view of the ports that link protocols get: a list that the control thread publishes, and the live link state. Any
 * thread.
 */
final class PortDirectory implements ProtocolPorts {
    /** Shuts a port, as {@link ProtocolPorts#errDisable} says; control thread. */
    @FunctionalInterface
    interface ErrDisabling {
        void errDisable(int index, PortReason reason, String message, long holdNs);
    }

    private final ErrDisabling errDisabling;
    private final ControlThread control;
    private final LinkState links;
    private final List<WorkerThread> workers;
    private final StackLinks stackLinks;
    private volatile List<ProtocolPort> all = List.of();
    private volatile @Nullable ProtocolPort[] byIndex = {};
    private volatile Map<Integer, LegSelection> selections = Map.of();

    PortDirectory(ErrDisabling errDisabling, ControlThread control, LinkState links, List<WorkerThread> workers,
            StackLinks stackLinks) {
        this.stackLinks = stackLinks;
        this.errDisabling = errDisabling;
        this.control = control;
        this.links = links;
        this.workers = workers;
    }

    /** Publishes the ports. Control thread. */
    void ports(Collection<Port> now) {
        int size = 1 + now.stream().mapToInt(port -> port.index).max().orElse(-1);
        @Nullable
        ProtocolPort[] indexed = new @Nullable ProtocolPort[size];
        for (Port port : now) {
            indexed[port.index] = new ProtocolPort(port.index, port.spec());
        }
        Map<Integer, LegSelection> legs = new HashMap<>();
        for (Port port : now) {
            Aggregate lag = port.aggregate();
            if (lag != null) {
                legs.put(port.index, lag.selection);
            }
        }
        selections = legs;
        byIndex = indexed;
        all = now.stream().map(port -> new ProtocolPort(port.index, port.spec())).toList();
    }

    @Override
    public List<ProtocolPort> all() {
        return all;
    }

    @Override
    public @Nullable ProtocolPort at(int index) {
        @Nullable
        ProtocolPort[] now = byIndex;
        return index >= 0 && index < now.length ? now[index] : null;
    }

    /** Returns the index of the port with a number, -1 if there is none. */
    int index(int number) {
        return all.stream().filter(port -> port.number() == number).mapToInt(ProtocolPort::index).findFirst()
                .orElse(-1);
    }

    /** Returns the name of the port at an index. */
    String name(int index) {
        ProtocolPort port = at(index);
        return port == null ? "a port that is gone" : port.spec().name();
    }

    @Override
    public @Nullable LegSelection legs(int index) {
        return selections.get(index);
    }

    @Override
    public StackLinks stackLinks() {
        return stackLinks;
    }

    @Override
    public boolean isUp(int index) {
        return links.isUp(index);
    }

    @Override
    public boolean hasLink(int index) {
        return links.carrier(index) != 0;
    }

    @Override
    public void inject(int index, byte[] frame, int tag) {
        worker(index).inject(index, frame, tag);
    }

    @Override
    public void inject(int index, int leg, byte[] frame, int tag) {
        worker(index).inject(index, leg, frame, tag);
    }

    @Override
    public void injectBehind(int index, int leg, byte[] frame) {
        behind(workers.size() - 1, () -> inject(index, leg, frame, 0));
    }

    /** Passes through the workers one after the other. */
    private void behind(int worker, Runnable then) {
        workers.get(worker).execute(worker == 0 ? then : () -> behind(worker - 1, then));
    }

    private WorkerThread worker(int index) {
        return workers.get(index % workers.size());
    }

    @Override
    public void errDisable(int index, PortReason reason, String message, long holdNs) {
        control.execute("shutting a port", () -> errDisabling.errDisable(index, reason, message, holdNs));
    }
}
