package net.weft.vswitch;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.attach.AttachmentSupervisor;
import net.weft.vswitch.attach.Migrations;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.fdb.FdbKeeper;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortIndices;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.zone.guard.AddressHolds;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a switch, and their reconciliation with the configuration:
 * <ol>
 * <li>{@link #reconcile} compares the configured ports and attachments with the existing ones;
 * <li>removed ones are detached from the workers, a snapshot without them is published, and then their devices are
 * closed;
 * <li>{@link #openDue} tries to open the device of each closed attachment, again and again;
 * <li>an opened device enters the next snapshot, then the workers poll its queues, then its link state is stored;
 * <li>a link that goes down or comes back is one store in {@link LinkState}, without a snapshot;
 * <li>a failed device is first marked down there, then left out of a snapshot, then closed, and is retried.
 * </ol>
 * Control thread only, except for methods that say otherwise.
 */
final class PortTable {
    private static final System.Logger LOG = System.getLogger(PortTable.class.getName());

    private final Map<String, Port> ports = new LinkedHashMap<>();
    private final Attachments attachments;
    private final List<WorkerThread> workers;
    private final MacTable macs;
    private final FdbKeeper fdb;
    private final PortIndices indices;
    private final LinkState links = new LinkState();
    private final AddressHolds holds = new AddressHolds(new SecureRandom().nextLong());
    private final SnapshotCompiler compiler;
    private final PortDirectory directory;
    private final Migrations migrations;
    private final QueueAssignment<WorkerThread> queues;
    /** The counters of removed ports. */
    private final PortCounters retired;
    private Policies policies = Policies.OFF;
    private volatile Snapshot snapshot = Snapshot.empty();
    private volatile Consumer<PortStatus> onChange = status -> {
    };

    /**
     * @param workers users of the published snapshots; complete before the first port is added
     * @param fdb restores MAC entries of ports that come up
     * @param groups the multicast group table of the workers
     */
    PortTable(ControlThread control, SwitchOptions options, List<WorkerThread> workers, MacTable macs, FdbKeeper fdb,
            PortIndices indices, MulticastGroups groups) {
        this.workers = workers;
        this.macs = macs;
        this.fdb = fdb;
        this.indices = indices;
        compiler = new SnapshotCompiler(indices, links, groups, holds);
        directory = new PortDirectory(this, control, links, workers);
        queues = new QueueAssignment<>(workers, System.nanoTime());
        attachments = new Attachments(control, options, this);
        migrations = new Migrations(control, attachments);
        retired = new PortCounters(options.workerCount());
    }

    /** Sets the listener that is notified of each port that goes up or down, on the control thread. Any thread. */
    void onChange(Consumer<PortStatus> listener) {
        onChange = listener;
    }

    /** Returns the ports by name, in configured order; a live view. */
    Map<String, Port> byName() {
        return ports;
    }

    Migrations migrations() {
        return migrations;
    }

    QueueAssignment<WorkerThread> queues() {
        return queues;
    }

    /** Returns the view of the ports that link protocols get. Any thread. */
    PortDirectory directory() {
        return directory;
    }

    /** Returns the name of the port at an index. Any thread. */
    String name(int index) {
        return directory.name(index);
    }

    /** Returns the newest snapshot, which workers use now or will adopt soon. Any thread. */
    Snapshot snapshot() {
        return snapshot;
    }

    /** Returns a worker's counters summed over all ports, including removed ones. */
    PortCounters.OfWorker counted(int worker) {
        return ports.values().stream().map(port -> port.counters.ofWorker(worker)).reduce(retired.ofWorker(worker),
                PortCounters.OfWorker::plus);
    }

    List<PortStatus> status() {
        return ports.values().stream().map(this::status).toList();
    }

    PortStatus status(Port port) {
        return port.status(macs.entries(port.index));
    }

    /** Applies a configuration; see {@link VirtualSwitch#apply}. */
    void reconcile(SwitchConfig wished, Policies compiled) {
        policies = compiled;
        long nowNs = System.nanoTime();
        Map<String, PortSpec> byName = new LinkedHashMap<>();
        wished.ports().forEach(spec -> byName.put(spec.name(), spec));
        List<Port> leaving = new ArrayList<>();
        List<PortSpec> narrowed = new ArrayList<>();
        Map<String, Port> kept = new LinkedHashMap<>();
        for (Port port : ports.values()) {
            PortSpec next = byName.get(port.spec().name());
            if (next == null || next.number() != port.spec().number()) {
                leaving.add(port);
            } else {
                if (!next.membership().equals(port.spec().membership())) {
                    narrowed.add(port.spec());
                }
                port.spec(next);
                kept.put(next.name(), port);
            }
        }
        ports.clear();
        ports.putAll(kept);
        Collection<AttachmentSupervisor> gone = attachments.withdraw(wished);
        publish();
        narrowed.forEach(old -> flushLostVlans(old, byName));
        attachments.close(gone);
        gone.forEach(attachment -> attachment.ports().forEach(port -> macs.flush(port.index)));
        leaving.forEach(port -> {
            macs.flush(port.index);
            holds.adopt(port.index, null);
            holds.goesDown(port.index);
            retired.retire(port.counters);
        });
        indices.assign(byName.values().stream().map(PortSpec::number).toList(), nowNs);
        byName.values().forEach(this::add);
        attachments.add(wished);
        fdb.ports(wished.ports());
        directory.ports(ports.values());
        openDue();
        attachments.publishIfStale();
    }

    private void add(PortSpec spec) {
        Port before = ports.remove(spec.name()); // inserted again to get the configured order
        ports.put(spec.name(), before != null
                ? before
                : new Port(spec, indices.index(spec.number()), new PortCounters(workers.size()),
                        workers.getFirst().punts().rules().rules()));
    }

    /**
     * Flushes the MAC entries of VLANs that a port has left. Call once no worker learns by the old membership any more.
     */
    private void flushLostVlans(PortSpec old, Map<String, PortSpec> byName) {
        PortSpec next = byName.get(old.name());
        if (next == null) {
            return;
        }
        VlanSet lost = old.membership().members().without(next.membership().members());
        if (!lost.isEmpty()) {
            macs.flush(indices.index(old.number()), lost);
        }
    }

    /**
     * Opens attachments that are due, closes devices that failed while their queues slept, ends err-disabled times and
     * advances migrations. Call a few times a second.
     */
    void tick(long nowNs) {
        openDue();
        attachments.loseFailed();
        for (Port port : List.copyOf(ports.values())) {
            if (port.errDisabled.ends(nowNs)) {
                errDisabledChanged(port);
            }
        }
        migrations.settle(nowNs);
    }

    /**
     * Returns whether every attachment has its device, no port is err-disabled and no migration is running, so that
     * {@link #tick} may be called less often.
     */
    boolean isSettled() {
        return !migrations.anyRunning() && attachments.allOpen()
                && ports.values().stream().allMatch(port -> port.errDisabled.cause() == null);
    }

    /** Updates the counters of frames that were lost before they could be received. */
    void countMissed() {
        ports.values().forEach(Port::countMissed);
    }

    private void openDue() {
        attachments.openDue();
    }

    /** Publishes a snapshot of the ports; returns when every worker has adopted it. Then stores the link state. */
    void publish() {
        Snapshot next = compiler.compile(ports.values(), attachments.legs(), policies);
        snapshot = next;
        workers.forEach(worker -> worker.awaitAdopted(next));
        ports.values().forEach(this::show);
    }

    /** Stores which legs of a port carry frames; a port without any holds no address any more. */
    void show(Port port) {
        port.show(links);
        if (!links.isUp(port.index)) {
            holds.goesDown(port.index);
        }
    }

    /** Handles a link that went up or down: one store for each port on it, without a snapshot. */
    void linkChanged(AttachmentSupervisor attachment) {
        attachment.ports().forEach(port -> {
            restoreIfUp(port);
            show(port);
            flushIfDown(port);
            notifyChanged(port);
        });
    }

    /** Err-disables a port; see {@code ProtocolPorts.errDisable}. */
    void errDisable(int index, PortReason reason, String message, long holdNs) {
        for (Port port : ports.values()) {
            if (port.index == index && port.errDisabled.saw(reason, message, System.nanoTime(), holdNs)) {
                errDisabledChanged(port);
                return;
            }
        }
    }

    private void errDisabledChanged(Port port) {
        show(port);
        restoreIfUp(port);
        publish();
        flushIfDown(port);
        notifyChanged(port);
    }

    /** Restores the MAC entries of a port that comes up from the FDB file. */
    void restoreIfUp(Port port) {
        if (port.failure() == null) {
            fdb.comesUp(port.spec(), (int) (System.nanoTime() / 1_000_000_000L));
        }
    }

    /** Flushes the MAC entries of a port that went down. Skipped during a migration: they already point at the port the guest is moving to. */
    void flushIfDown(Port port) {
        if (port.failure() != null && port.migration() == null) {
            macs.flush(port.index);
        }
    }

    /** Handles a queue that a worker has detached because its device failed. Any thread. */
    void queueFailed(ReceiveQueue queue) {
        attachments.queueFailed(queue);
    }

    void notifyChanged(Port port) {
        if (ports.get(port.spec().name()) != port) {
            return;
        }
        try {
            onChange.accept(status(port));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, port.spec().name() + ": a listener failed", e);
        }
    }

    /** Returns the failure of an attachment whose device is open but unusable, or a generic failure. */
    static DeviceFailure failureOf(AttachmentSupervisor attachment) {
        @Nullable
        Device device = attachment.device();
        DeviceFailure failure = device == null ? null : device.failure();
        return failure != null
                ? failure
                : new DeviceFailure(PortReason.NO_DEVICE,
                        attachment.spec().device().label() + ": the device went away");
    }

    /** Restores the host's settings. Call after every port has been removed. */
    void close() {
        attachments.close();
    }
}
