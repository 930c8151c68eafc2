package net.weft.vswitch;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.attach.AttachmentSupervisor;
import net.weft.vswitch.attach.Migrations;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.burst.DropReason;
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
import net.weft.vswitch.stack.StackLinks;
import net.weft.vswitch.stack.StackSpec;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.GuestDistance;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.zone.guard.AddressHolds;

/**
 * The ports of a switch as they are, made to be as the configuration wishes:
 * <ol>
 * <li>{@link #reconcile} compares the wished ports and attachments with those there are;
 * <li>what is to go is detached from the workers, a snapshot without it is published, and then its device is closed;
 * <li>{@link #openDue} tries to open the device of each attachment that is closed, again and again;
 * <li>one that opened is named by the next snapshot, then the workers poll its queues, then its link state is stored;
 * <li>a link that goes down or comes back is one store in {@link LinkState}, and no snapshot;
 * <li>a device that fails is first marked down there, then left out of a snapshot, then closed, and is tried again.
 * </ol>
 * Control thread only, but for methods that say otherwise.
 */
final class PortTable implements Attachments.Owner {
    private static final System.Logger LOG = System.getLogger(PortTable.class.getName());

    private final Map<String, Port> ports = new LinkedHashMap<>();
    private final Attachments attachments;
    private final List<WorkerThread> workers;
    private final MacTable macs;
    private final FdbKeeper fdb;
    private final PortIndices indices;
    private final LinkState links = new LinkState();
    private final AddressHolds holds = new AddressHolds(new SecureRandom().nextLong());
    private final StackLinks stackLinks = new StackLinks();
    private final SnapshotCompiler compiler;
    private final PortDirectory directory;
    private final Aggregates aggregates;
    private final Migrations migrations;
    private final QueueAssignment<WorkerThread> queues;
    /** The ports that are shut, and those that have just been opened again or removed. */
    private final Set<Port> errDisabled = new HashSet<>();
    /** The counts of ports that have gone. */
    private final PortCounters retired;
    private Policies policies = Policies.OFF;
    private StackSpec stack = StackSpec.NONE;
    private volatile Snapshot snapshot = Snapshot.empty();
    private volatile Consumer<PortStatus> onChange = status -> {
    };

    /**
     * @param workers who use what is published; filled before there are ports
     * @param fdb restores MAC entries of ports that come up
     * @param groups where workers find the multicast groups
     */
    PortTable(ControlThread control, SwitchOptions options, List<WorkerThread> workers, MacTable macs, FdbKeeper fdb,
            PortIndices indices, MulticastGroups groups) {
        this.workers = workers;
        this.macs = macs;
        this.fdb = fdb;
        this.indices = indices;
        compiler = new SnapshotCompiler(indices, links, groups, holds, stackLinks);
        directory = new PortDirectory(this::errDisable, control, links, workers, stackLinks);
        aggregates = new Aggregates(links, workers, control, this::linkChanged);
        queues = new QueueAssignment<>(workers, new GuestDistance(), System.nanoTime());
        attachments = new Attachments(control, options, this);
        migrations = new Migrations(control, attachments);
        retired = new PortCounters(options.workerCount());
    }

    /** Calls the listener with each port that goes up or down, on the control thread. Any thread. */
    void onChange(Consumer<PortStatus> listener) {
        onChange = listener;
    }

    /** Calls the listener when legs of link aggregations or their links have changed; it must not block. Any thread. */
    void onLegs(Runnable listener) {
        aggregates.onLegs(listener);
    }

    /** By name, in the order given; changes with the switch. */
    @Override
    public Map<String, Port> byName() {
        return ports;
    }

    @Override
    public Migrations migrations() {
        return migrations;
    }

    @Override
    public void poll(AttachmentSupervisor attachment) {
        attachment.attach(queues);
    }

    QueueAssignment<WorkerThread> queues() {
        return queues;
    }

    /** The ports as link protocols see them. Any thread. */
    PortDirectory directory() {
        return directory;
    }

    /** The name of the port at an index. Any thread. */
    String name(int index) {
        return directory.name(index);
    }

    /** The snapshot that workers use, or soon will. Any thread. */
    Snapshot snapshot() {
        return snapshot;
    }

    /** Returns a worker's counts of all ports, including those that are gone. */
    PortCounters.OfWorker counted(int worker) {
        return ports.values().stream().map(port -> port.counters.ofWorker(worker)).reduce(retired.ofWorker(worker),
                PortCounters.OfWorker::plus);
    }

    List<PortStatus> status() {
        return ports.values().stream().filter(port -> !port.isRemote()).map(this::status).toList();
    }

    /** The status of each port of which packets have been dropped for a reason. */
    List<PortStatus> droppedFor(DropReason reason) {
        return ports.values().stream().filter(port -> port.counters.drops(reason) > 0).map(this::status).toList();
    }

    PortStatus status(Port port) {
        return port.status(macs.entries(port.index));
    }

    /** As {@link VirtualSwitch#apply}. */
    void reconcile(SwitchConfig wished, Policies compiled) {
        policies = compiled;
        stack = wished.stack();
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
        narrowed.forEach(old -> forgetLostVlans(old, byName));
        attachments.close(gone);
        gone.forEach(attachment -> Arrays.stream(attachment.ports()).filter(index -> !hasLegs(index))
                .forEach(macs::flush));
        leaving.forEach(errDisabled::remove);
        leaving.forEach(port -> {
            macs.flush(port.index);
            holds.adopt(port.index, null);
            holds.goesDown(port.index);
            retired.retire(port.counters);
        });
        indices.assign(byName.values().stream().map(PortSpec::number).toList(), nowNs);
        byName.values().forEach(this::add);
        aggregates.apply(wished, ports);
        attachments.add(wished);
        fdb.ports(wished.ports());
        directory.ports(ports.values());
        openDue();
        attachments.publishIfStale();
    }

    /** Publishes other policies for the same ports. */
    void policies(Policies compiled) {
        policies = compiled;
        publish();
    }

    private boolean hasLegs(int index) {
        return ports.values().stream().anyMatch(port -> port.index == index && !port.legs().isEmpty());
    }

    private void add(PortSpec spec) {
        Port before = ports.remove(spec.name()); // put again, so that the order is the wished one
        ports.put(spec.name(), before != null
                ? before
                : new Port(spec, indices.index(spec.number()), new PortCounters(workers.size()),
                        workers.getFirst().punts().rules().rules()));
    }

    /** Once no worker learns by the old membership any more. */
    private void forgetLostVlans(PortSpec old, Map<String, PortSpec> byName) {
        PortSpec next = byName.get(old.name());
        if (next == null) {
            return;
        }
        VlanSet lost = old.membership().members().without(next.membership().members());
        if (!lost.isEmpty()) {
            macs.flush(indices.index(old.number()), lost);
        }
    }

    /** Opens attachments that are due, closes those that have failed unheard, and goes on with migrations. A few times a second. */
    void tick(long nowNs) {
        openDue();
        attachments.loseFailed();
        for (Port port : List.copyOf(errDisabled)) {
            if (port.errDisabled.ends(nowNs)) {
                shutOrOpened(port);
            }
        }
        errDisabled.removeIf(port -> port.errDisabled.cause() == null);
        migrations.settle(nowNs);
    }

    /** Whether every attachment has its device, no port is err-disabled and none is being migrated, so that there is nothing to be tried. */
    boolean isSettled() {
        return !migrations.anyRunning() && attachments.allOpen() && errDisabled.isEmpty();
    }

    /** Brings the counts of frames that were lost before they could be received up to date. */
    void countMissed() {
        ports.values().forEach(Port::countMissed);
    }

    private void openDue() {
        attachments.openDue();
    }

    /** Publishes a snapshot of the ports as they are; returns when every worker uses it. Then the link state follows. */
    @Override
    public void publish() {
        Snapshot next = compiler.compile(ports.values(), attachments.legs(), policies, stack);
        snapshot = next;
        workers.forEach(worker -> worker.awaitAdopted(next));
        ports.values().forEach(this::show);
    }

    /** Stores which legs of a port carry frames. A port without any holds no address any more. */
    @Override
    public void show(Port port) {
        port.show(links);
        if (!links.isUp(port.index)) {
            holds.goesDown(port.index);
        }
        aggregates.shown(port);
    }

    @Override
    public void linkChanged(Port port) {
        restoreIfUp(port);
        show(port);
        flushIfDown(port);
        notifyChanged(port);
    }

    /** As {@code ProtocolPorts.errDisable}. */
    void errDisable(int index, PortReason reason, String message, long holdNs) {
        for (Port port : ports.values()) {
            if (port.index == index && port.errDisabled.saw(reason, message, System.nanoTime(), holdNs)) {
                errDisabled.add(port);
                shutOrOpened(port);
                return;
            }
        }
    }

    private void shutOrOpened(Port port) {
        show(port);
        restoreIfUp(port);
        publish();
        flushIfDown(port);
        notifyChanged(port);
    }

    /** Restores the MAC entries that a file has of a port that is about to carry frames. */
    @Override
    public void restoreIfUp(Port port) {
        if (port.failure() == null) {
            fdb.comesUp(port.spec(), (int) (System.nanoTime() / 1_000_000_000L));
        }
    }

    /** Flushes the MAC entries of a port that went down, unless they lead to where its stations are: on their way, or at other members. */
    @Override
    public void flushIfDown(Port port) {
        if (port.failure() != null && port.migration() == null && !port.isSpread()) {
            macs.flush(port.index);
        }
    }

    /** A worker has let go of a queue whose device failed. Any thread. */
    void queueFailed(ReceiveQueue queue) {
        attachments.queueFailed(queue);
    }

    @Override
    public void notifyChanged(Port port) {
        if (ports.get(port.spec().name()) != port) {
            return;
        }
        try {
            onChange.accept(status(port));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, port.spec().name() + ": a listener failed", e);
        }
    }

    /** Gives back what was taken of the host. Every port has gone. */
    void close() {
        attachments.close();
    }
}
