package net.weft.vswitch;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import net.weft.linux.BootId;
import net.weft.vswitch.attach.MigrationStatus;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.fdb.FdbFile;
import net.weft.vswitch.fdb.FdbImage;
import net.weft.vswitch.fdb.FdbKeeper;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.LoopProbe;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.MulticastPorts;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.protocol.PortProtocols;
import net.weft.vswitch.snooping.SnoopedVlan;
import net.weft.vswitch.trace.FrameFilter;
import net.weft.vswitch.trace.LiveTrace;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.StuckWorkers;
import net.weft.vswitch.worker.Watchdog;
import net.weft.vswitch.worker.WorkerStuckException;
import net.weft.vswitch.worker.WorkerSupervisor;
import net.weft.vswitch.worker.WorkerStatus;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.vswitch.zoning.Zones;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/**
 * A running switch: hand it the ports it should have, and it keeps them so.
 * <p>
 * One control thread owns the ports: see {@link PortTable}. {@code Worker}s own the frames. Public methods may be called by any
 * thread; they run on the control thread and return when it is done.
 */
public final class VirtualSwitch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VirtualSwitch.class.getName());
    /** While somebody waits: for a device to be opened, a probe to be sent. */
    private static final long SOON_NS = 100_000_000;
    /** While all devices are open, and one may fail unheard. */
    private static final long SETTLED_NS = 500_000_000;
    private static final long SECOND_NS = 1_000_000_000;

    private final ControlThread control = new ControlThread();
    private final List<WorkerThread> workers = new ArrayList<>();
    private final MacTable macs;
    private final FdbKeeper stations;
    private final PortTable ports;
    private final MulticastControl multicast;
    private final PortProtocols protocols;
    private final Traces traces;
    private final Captures captures;
    private final Samplings samplings = new Samplings(workers);
    private final Zones zones;
    private final WorkerSupervisor supervisor;
    private final Watchdog watchdog;
    private volatile @Nullable String workersLost;
    private volatile Consumer<String> onWorkersLost = why -> LOG.log(System.Logger.Level.ERROR, why);

    /** Starts the workers; there are no ports yet. */
    public VirtualSwitch(SwitchOptions options) {
        macs = new MacTable(options.ageingSeconds(), options.seed());
        zones = new Zones(options.connections(), () -> workers.stream().map(WorkerThread::zones).toList());
        stations = new FdbKeeper(macs, options.ageingSeconds(),
                options.stations() == null ? null : new FdbFile(options.stations()),
                new FdbImage(BootId.current()), nowSeconds());
        LoopProbe probe = new LoopProbe(new SecureRandom());
        MulticastGroups groups = new MulticastGroups();
        ports = new PortTable(control, options, workers, macs, stations, probe.switchId(), groups);
        multicast = new MulticastControl(groups, probe.source(), new MulticastPorts(ports, workers), System.nanoTime());
        protocols = new PortProtocols(ports.byName(), workers, control, probe, multicast, ports::refreshed);
        traces = new Traces(ports.byName(), workers, macs, options, ports::snapshot);
        captures = new Captures(ports.byName(), workers);
        List<Integer> cpus = options.cpus().isEmpty() ? List.of(-1) : options.cpus();
        for (int id = 0; id < cpus.size(); id++) {
            workers.add(
                    new WorkerThread(id, cpus.get(id), options.alwaysPoll(), macs, ports::snapshot, ports::queueFailed,
                            protocols::punted));
        }
        supervisor = new WorkerSupervisor(workers, ports.placement(), this::workersLost);
        workers.forEach(worker -> worker.onDeath(this::workerDied));
        watchdog = new Watchdog(workers, System.nanoTime());
        setTimers();
        workers.forEach(WorkerThread::start);
        control.start();
        watchdog.start();
    }

    private void setTimers() {
        control.every("opening and closing devices", () -> ports.isSettled() ? SETTLED_NS : SOON_NS,
                this::lookAtDevices);
        control.every("multicast", () -> multicast.isIdle() ? SECOND_NS : SOON_NS, multicast::tick);
        control.every("port protocols", () -> ports.probesForLoops() ? SOON_NS : SECOND_NS, protocols::tick);
        control.every("logging packets", () -> zones.isActive() ? SOON_NS : SECOND_NS, _ -> zones.log(ports::name));
        control.every("counting missed frames", () -> SECOND_NS, _ -> ports.countMissed());
        control.every("balancing workers", () -> SECOND_NS, ports.placement()::tick);
        control.every("looking after workers", () -> SECOND_NS, supervisor::look);
        control.every("remembering MAC entries", () -> SECOND_NS, _ -> stations.tick(nowSeconds()));
    }

    /** A worker that is stuck may use any device, so none is closed until it goes on. */
    private void lookAtDevices(long nowNs) {
        if (StuckWorkers.in(workers) == null) {
            ports.tick(nowNs);
        }
    }

    private void workerDied() {
        control.execute("replacing a worker", () -> supervisor.look(System.nanoTime()));
    }

    private void workersLost(String why) {
        workersLost = why;
        onWorkersLost.accept(why);
    }

    /**
     * Told once, on the control thread, why a worker is not replaced any more after it has ended again and again: the switch
     * does not forward, and the process should end. Must not block; unless it is set, the reason is only logged.
     */
    public void onWorkersLost(Consumer<String> listener) {
        onWorkersLost = listener;
        String why = workersLost;
        if (why != null) {
            listener.accept(why);
        }
    }

    /** Told of each port that goes up or down, on the control thread; must not block. */
    public void onPortChange(Consumer<PortStatus> listener) {
        ports.onChange(listener);
    }

    /**
     * Makes the ports be these. Ports that stay as they are keep forwarding and lose nothing; a device is reopened only when
     * its own description changed.
     *
     * @param wanted every port of this switch; names and numbers unique
     */
    public void apply(Collection<PortSpec> wanted) {
        apply(wanted, Zoning.OFF);
    }

    /**
     * Makes the ports and the zones be these, both at once: no frame is judged by the one without the other.
     *
     * @param wanted every port of this switch; names and numbers unique
     * @param zoning whose policies are judged by; where it changes, connections are judged again at their next packet
     * @throws WorkerStuckException while a worker hangs, as nothing can be taken from it
     */
    public void apply(Collection<PortSpec> wanted, Zoning zoning) {
        StuckWorkers.refuse(workers);
        Policies policies = zones.compile(zoning);
        control.call("applying a configuration", () -> {
            ports.reconcile(wanted, policies);
            return null;
        });
    }

    /** What zones have done: connections, and what each policy has counted. */
    public Zones zones() {
        return zones;
    }

    /** The VLANs in which this switch asks stations which groups they want, while it hears nobody else ask (RFC 4541). */
    public void queriers(Set<Integer> vids) {
        control.call("setting queriers", () -> {
            multicast.queriers(vids, System.nanoTime());
            return null;
        });
    }

    /** What is known of multicast, of each VLAN and family in which anything was heard; ports by number. */
    public List<SnoopedVlan> multicast() {
        return control.call("showing multicast", () -> multicast.vlans(System.nanoTime()));
    }

    /** All ports, in the order given. Those that a stuck worker serves are not up, whatever their devices say. */
    public List<PortStatus> ports() {
        return StuckWorkers.mark(control.call("showing ports", ports::status), workers);
    }

    /**
     * Told of each migration that is complete, on the control thread; must not block. Whoever keeps the configuration must
     * give the port its new device.
     */
    public void onMigrated(Consumer<MigrationStatus> listener) {
        ports.migrations().onMigrated(listener);
    }

    /**
     * Binds a second attachment for a port, ahead of a guest that will move there. The port goes on by the one it has until
     * a frame comes in by the new one, which is then the port's, with its stations and counters.
     *
     * @throws MigrationRefusedException if it cannot be; nothing was changed
     */
    public MigrationStatus migrate(String port, DeviceSpec to) {
        return control.call("beginning a migration", () -> ports.migrations().begin(port, to));
    }

    /**
     * Lets go of the attachment bound ahead.
     *
     * @throws MigrationRefusedException if the port is not being migrated, or the guest has moved
     */
    public MigrationStatus abortMigration(String port) {
        return control.call("ending a migration", () -> ports.migrations().abort(port));
    }

    /** The newest migration of each port that had one, in the order they were first begun. */
    public List<MigrationStatus> migrations() {
        return control.call("showing migrations", ports.migrations()::status);
    }

    /** The stations learned. */
    public MacTable macs() {
        return macs;
    }

    /**
     * What would happen to a frame now, by the workers' code; nothing does.
     *
     * @param port name of the port it comes in by
     * @throws IllegalArgumentException if there is no such port
     */
    public Trace trace(String port, TracedFrame frame) {
        return control.call("tracing", () -> traces.trace(port, frame, System.nanoTime()));
    }

    /**
     * Follows the next frames of a running port; {@link #next} says what became of each.
     *
     * @param port name
     * @param count frames to follow at most
     * @return to be closed
     * @throws IllegalArgumentException if there is no such port, or too many are followed already
     */
    public LiveTrace follow(String port, FrameFilter filter, int count) {
        return control.call("following frames", () -> traces.follow(port, filter, count,
                ended -> control.execute("ending a trace", () -> traces.unfollow(ended))));
    }

    /**
     * The next frame that is followed, judged anew a moment after it was forwarded.
     *
     * @param live from {@link #follow}
     * @return null when none came within so many milliseconds
     * @throws IllegalArgumentException if the port is gone
     */
    public @Nullable Trace next(LiveTrace live, long millis) throws InterruptedException {
        TracedFrame frame = live.poll(millis);
        return frame == null ? null : trace(live.port, frame);
    }

    /**
     * Copies the frames of running ports, received, sent and dropped, until it is closed.
     *
     * @param names of the ports, in the order the copies number them
     * @param snapLength bytes of a frame that are copied at most, at least 1
     * @return to be closed
     * @throws IllegalArgumentException if there is no such port, or too many captures run already
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
     * Samples what all ports receive from now on.
     *
     * @param population one frame of so many is sampled, 1 or more
     * @return to be drained, and closed before the switch
     * @throws IllegalArgumentException if there are too many samplings already
     */
    public FrameSampling sample(int population) {
        return control.call("sampling",
                () -> samplings.open(population, ended -> control.call("ending a sampling", () -> {
                    samplings.close(ended);
                    return null;
                })));
    }

    /** What each VLAN has counted since the start. */
    public VlanCounters vlans() {
        return new VlanCounters(workers.stream().map(WorkerThread::vlanRow).toList());
    }

    /** The clock that the MAC table's times are in, seconds. */
    public int nowSeconds() {
        return (int) (System.nanoTime() / 1_000_000_000L);
    }

    /** Commands and timers of the control thread that failed. */
    public long controlFaults() {
        return control.faults();
    }

    /** The packet threads, and which queues they serve why. */
    public List<WorkerStatus> workers() {
        return control.call("showing workers",
                () -> workers.stream().map(worker -> new WorkerStatus(worker.id(), worker.cpu(),
                        worker.isAsleep(), worker.busyNs(), ports.placement().busy(worker),
                        ports.placement().status(worker), ports.counted(worker.id()), worker.busy().stalls(),
                        worker.faults().total(), worker.faults().byKind(), worker.faults().last(),
                        Objects.requireNonNullElse(worker.stuck(), ""))).toList());
    }

    /** Closes every port, restores the host's settings, stops the workers. Idempotent. */
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
            watchdog.close();
            ports.close();
            zones.close();
        }
    }
}
