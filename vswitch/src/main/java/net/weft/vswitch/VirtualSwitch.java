package net.weft.vswitch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import net.weft.linux.BootId;
import net.weft.vswitch.attach.MigrationStatus;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.fdb.FdbFile;
import net.weft.vswitch.fdb.FdbImage;
import net.weft.vswitch.fdb.FdbKeeper;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortIndices;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.SwitchEvents;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.snooping.SnoopedVlan;
import net.weft.vswitch.trace.FrameFilter;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.StuckWorkers;
import net.weft.vswitch.worker.WorkerStatus;
import net.weft.vswitch.worker.WorkerStuckException;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.vswitch.zoning.Zones;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/**
 * A running switch: apply a configuration, and it keeps the ports accordingly.
 * <p>
 * One control thread owns the ports (see {@link PortTable}); {@code Worker}s own the frames. Any thread may call the
 * public methods; they run on the control thread and return when the work is done.
 */
public final class VirtualSwitch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VirtualSwitch.class.getName());

    private final ControlThread control = new ControlThread();
    private final List<WorkerThread> workers = new ArrayList<>();
    private final MacTable macs;
    private final FdbKeeper stations;
    private final PortTable ports;
    private final SwitchProtocols protocols;
    private final PortIndices indices;
    private final Traces traces;
    private final Captures captures;
    private final Samplings samplings = new Samplings(workers);
    private final Zones zones;
    private final SwitchSupervision supervision;
    private final SwitchEvents events = new SwitchEvents();

    /** Starts the workers, without any ports. */
    public VirtualSwitch(SwitchOptions options) {
        macs = new MacTable(options.ageingSeconds(), options.seed());
        zones = new Zones(options.connections(), () -> workers.stream().map(WorkerThread::zones).toList());
        indices = new PortIndices(options.state().resolve("ports"));
        stations = new FdbKeeper(macs, indices, options.ageingSeconds(),
                options.stations() == null ? null : new FdbFile(options.stations()),
                new FdbImage(BootId.current()), nowSeconds());
        MulticastGroups groups = new MulticastGroups();
        ports = new PortTable(control, options, workers, macs, stations, indices, groups);
        protocols = new SwitchProtocols(options.fabricKey(), ports.directory(), groups, options.protocols(), macs,
                events,
                () -> workers.stream().map(WorkerThread::punts).toList());
        ports.onLegs(protocols.host()::legsChanged);
        traces = new Traces(ports.byName(), workers, macs, options, ports::snapshot);
        captures = new Captures(ports.byName(), workers);
        List<Integer> cpus = options.cpus().isEmpty() ? List.of(-1) : options.cpus();
        for (int id = 0; id < cpus.size(); id++) {
            workers.add(
                    new WorkerThread(id, cpus.get(id), options.alwaysPoll(), macs, ports::snapshot, ports::queueFailed,
                            protocols.host().rules(), protocols.host()::signal));
        }
        supervision = new SwitchSupervision(control, workers, ports, zones, stations, events);
        workers.forEach(WorkerThread::start);
        protocols.host().start();
        control.start();
        supervision.start();
    }

    /**
     * Sets the listener that is notified once, on the control thread, with the reason why a worker is not replaced any
     * more after repeated deaths: the switch does not forward, and the process should end. The listener must not block;
     * without one the reason is only logged.
     */
    public void onWorkersLost(Consumer<String> listener) {
        supervision.onWorkersLost(listener);
    }

    /** Returns why a worker hangs and serves nobody; null while all run. Any thread, and it waits for none. */
    public @Nullable String stuck() {
        return StuckWorkers.in(workers);
    }

    /** Returns what else happens in the switch, to listen to. Any thread. */
    public SwitchEvents events() {
        return events;
    }

    /** Sets the listener of ports that go up or down; it runs on the control thread and must not block. */
    public void onPortChange(Consumer<PortStatus> listener) {
        ports.onChange(listener);
    }

    /**
     * Applies a set of ports without zones. Unchanged ports keep forwarding and lose nothing; a device is reopened only
     * when its own description changed.
     *
     * @param wanted every port of this switch; names and numbers unique
     */
    public void apply(Collection<PortSpec> wanted) {
        apply(wanted, Zoning.OFF);
    }

    /**
     * Applies ports and zones at once: no packet is evaluated by the one without the other.
     *
     * @param wanted every port of this switch; names and numbers unique
     * @param zoning zones and policies; when they change, connections are evaluated again at their next packet
     * @throws WorkerStuckException while a worker hangs, because no queue can be detached from it
     */
    public void apply(Collection<PortSpec> wanted, Zoning zoning) {
        apply(SwitchConfig.of(wanted, zoning));
    }

    /**
     * Applies a whole configuration at once. Unchanged ports keep forwarding and lose nothing; a device is reopened
     * only when its own description changed.
     *
     * @throws WorkerStuckException while a worker hangs, because no queue can be detached from it
     */
    public void apply(SwitchConfig wished) {
        StuckWorkers.refuse(workers);
        Policies policies = zones.compile(wished.zoning());
        control.call("applying a configuration", () -> {
            ports.reconcile(wished, policies);
            return null;
        });
        protocols.queriers(wished.queriers());
    }

    /** Returns the zones: connections, and the counters of each policy. */
    public Zones zones() {
        return zones;
    }

    /** Returns the link protocols that the switch runs. */
    public SwitchProtocols protocols() {
        return protocols;
    }

    /** Returns the multicast snooping state by VLAN and address family; ports by number. */
    public List<SnoopedVlan> multicast() {
        return protocols.multicast().stream()
                .map(vlan -> vlan.renumbered(indices::number)).toList();
    }

    /** Returns all ports, in configured order. Ports that a stuck worker polls are reported as failed. */
    public List<PortStatus> ports() {
        return StuckWorkers.mark(control.call("showing ports", ports::status), workers);
    }

    /**
     * Sets the listener that is notified of each completed migration, on the control thread; it must not block. The
     * owner of the configuration must then configure the port's new device.
     */
    public void onMigrated(Consumer<MigrationStatus> listener) {
        ports.migrations().onMigrated(listener);
    }

    /**
     * Starts a migration: binds a second attachment for a port, ahead of a guest that will move there. The port uses
     * its present attachment until a frame arrives at the new one, which then takes over the port with its MAC entries
     * and counters.
     *
     * @throws MigrationRefusedException if the migration is not possible; nothing was changed
     */
    public MigrationStatus migrate(String port, DeviceSpec to) {
        return control.call("beginning a migration", () -> ports.migrations().begin(port, to));
    }

    /**
     * Aborts a migration and closes the attachment that was bound ahead.
     *
     * @throws MigrationRefusedException if the port is not being migrated, or the guest has moved
     */
    public MigrationStatus abortMigration(String port) {
        return control.call("ending a migration", () -> ports.migrations().abort(port));
    }

    /** Returns the newest migration of each port that had one, in the order of the first migrations. */
    public List<MigrationStatus> migrations() {
        return control.call("showing migrations", ports.migrations()::status);
    }

    /** Returns the epoch of the newest snapshot; it grows with each publication. Any thread. */
    public long snapshotEpoch() {
        return ports.snapshot().epoch;
    }

    /** Returns how often workers have flushed their whole flow cache. */
    int flowCacheFlushes() {
        return workers.stream().mapToInt(worker -> worker.zones().flowCacheFlushes()).sum();
    }

    /**
     * Returns the number of the port at an index of the MAC table or of connections, -1 if it was removed. Any thread.
     */
    public int portNumber(int index) {
        return indices.number(index);
    }

    /**
     * Returns the index of the port with a number in the MAC table and in connections, -1 if there is none. Any thread.
     */
    public int portIndex(int number) {
        return ports.directory().index(number);
    }

    /** Returns the MAC table; its entries hold port indices, see {@link #portNumber}. */
    public MacTable macs() {
        return macs;
    }

    /** Traces a frame: runs the workers' code on it without side effects. @throws IllegalArgumentException for no such port */
    public Trace trace(String port, TracedFrame frame) {
        return control.call("tracing", () -> traces.trace(port, frame, System.nanoTime()));
    }

    /**
     * Starts a live trace of the next frames of a running port; {@link #next} returns the trace of each.
     *
     * @param port name of the ingress port
     * @param count maximum number of frames to trace
     * @return the live trace, to be closed by the caller
     * @throws IllegalArgumentException if there is no such port, or too many live traces are running
     */
    public LiveTrace follow(String port, FrameFilter filter, int count) {
        return control.call("following frames", () -> traces.follow(port, filter, count,
                ended -> control.execute("ending a trace", () -> traces.unfollow(ended))));
    }

    /**
     * Returns the trace of the next frame of a live trace. The frame is evaluated again, a moment after it was
     * forwarded.
     *
     * @param live live trace from {@link #follow}
     * @param millis maximum wait, milliseconds
     * @return the trace, or null when no frame arrived in time
     * @throws IllegalArgumentException if the port was removed
     */
    public @Nullable Trace next(LiveTrace live, long millis) throws InterruptedException {
        TracedFrame frame = live.poll(millis);
        return frame == null ? null : trace(live.port, frame);
    }

    /**
     * Starts a capture: copies the frames of running ports, received, sent and dropped, until it is closed.
     *
     * @param names port names, in the order in which the copies number them
     * @param snapLength maximum number of bytes copied from a frame, at least 1
     * @return the capture, to be closed by the caller
     * @throws IllegalArgumentException if there is no such port, or too many captures are running
     */
    public Capture capture(List<String> names, int snapLength) {
        return control.call("beginning a capture", () -> captures.begin(names, snapLength, this::end));
    }

    private void end(Capture capture) {
        control.call("ending a capture", () -> {
            captures.end(capture);
            return null;
        });
    }

    /**
     * Starts sampling the received frames of all ports.
     *
     * @param population one frame in this many is sampled, 1 or more
     * @return the sampling, to be drained, and to be closed before the switch
     * @throws IllegalArgumentException if too many samplings are running
     */
    public FrameSampling sample(int population) {
        return control.call("sampling",
                () -> samplings.open(population, ended -> control.call("ending a sampling", () -> {
                    samplings.close(ended);
                    return null;
                })));
    }

    /** Returns the counters by VLAN since the start. */
    public VlanCounters vlans() {
        return new VlanCounters(workers.stream().map(WorkerThread::vlanRow).toList());
    }

    /** Returns the clock of the MAC table, seconds. */
    public int nowSeconds() {
        return (int) (System.nanoTime() / 1_000_000_000L);
    }

    /** Returns the number of commands and timers of the control thread that failed. */
    public long controlFaults() {
        return control.faults();
    }

    /** Returns the status of the packet threads, with the queues that each polls. */
    public List<WorkerStatus> workers() {
        return control.call("showing workers",
                () -> workers.stream().map(worker -> new WorkerStatus(worker.id(), worker.cpu(),
                        worker.isAsleep(), worker.busyNs(), ports.queues().busy(worker),
                        ports.queues().status(worker), ports.counted(worker.id()), worker.busy().stalls(),
                        worker.faults().total(), worker.faults().byKind(), worker.faults().last(),
                        Objects.requireNonNullElse(worker.stuck(), ""))).toList());
    }

    /** Closes every port, restores the host's settings and stops the workers. Idempotent. */
    @Override
    public void close() {
        if (control.isShutdown()) {
            return;
        }
        try {
            control.execute("remembering MAC entries", () -> stations.close(nowSeconds()));
            apply(List.of());
        } catch (WorkerStuckException e) {
            LOG.log(System.Logger.Level.ERROR, "devices are not closed one by one: " + e.getMessage());
        } finally {
            control.execute("ending traces", traces::close);
            control.execute("ending captures", captures::close);
            control.shutdown();
            workers.forEach(WorkerThread::stop);
            supervision.close();
            protocols.host().close();
            ports.close();
            zones.close();
        }
    }
}
