package net.weft.vswitch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpeners;
import net.weft.vswitch.device.DeviceSpec;
import org.jspecify.annotations.Nullable;

/**
 * A running switch: hand it the ports it should have, and it keeps them so.
 * <p>
 * One control thread owns the ports: it opens devices, publishes a {@link Snapshot} after every change, retries what is down
 * and closes a device only when every worker has let go of it. Workers own the frames. Public methods may be called by any
 * thread; they run on the control thread and return when it is done.
 */
public final class VirtualSwitch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VirtualSwitch.class.getName());
    private static final long TICK_MILLIS = 100;
    private static final int TICKS_PER_LOOK = 10;

    private final ControlThread control = new ControlThread();
    private final Map<String, PortSupervisor> ports = new LinkedHashMap<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Migrations migrations;
    private final PortProtocols protocols;
    private final Placement<Worker> placement;
    private final MacTable macs;
    private final DeviceOpeners openers;
    private final Traces traces;
    /** What ports that are gone had counted. */
    private final PortCounters retired;
    private int ticks;
    private volatile Snapshot snapshot = Snapshot.empty();
    private volatile Consumer<PortStatus> onChange = status -> {
    };

    /** Starts the workers; there are no ports yet. */
    public VirtualSwitch(SwitchOptions options) {
        macs = new MacTable(options.ageingSeconds(), options.seed());
        openers = new DeviceOpeners(options.state(), this::hostChanged);
        migrations = new Migrations(ports, control, openers, new Steps());
        protocols = new PortProtocols(ports, control, this::refreshed);
        List<Integer> cpus = options.cpus().isEmpty() ? List.of(-1) : options.cpus();
        retired = new PortCounters(cpus.size());
        traces = new Traces(ports, workers, macs, options, () -> snapshot);
        for (int id = 0; id < cpus.size(); id++) {
            workers.add(new Worker(id, cpus.get(id), options.alwaysPoll(), macs, () -> snapshot, this::queueFailed,
                    protocols::punted));
        }
        placement = new Placement<>(workers, System.nanoTime());
        protocols.serve(workers);
        workers.forEach(Worker::start);
        control.repeat(this::tick, TICK_MILLIS);
    }

    /** Told of each port that goes up or down, on the control thread; must not block. */
    public void onPortChange(Consumer<PortStatus> listener) {
        onChange = listener;
    }

    /**
     * Makes the ports be these. Ports that stay as they are keep forwarding and lose nothing; a device is reopened only when
     * its own description changed.
     *
     * @param wanted every port of this switch; names and numbers unique
     */
    public void apply(Collection<PortSpec> wanted) {
        control.call(() -> {
            reconcile(wanted);
            return null;
        });
    }

    /** All ports, in the order given. */
    public List<PortStatus> ports() {
        return control.call(() -> ports.values().stream().map(this::status).toList());
    }

    /**
     * Told of each migration that is complete, on the control thread; must not block. Whoever keeps the configuration must
     * give the port its new device.
     */
    public void onMigrated(Consumer<MigrationStatus> listener) {
        migrations.onMigrated(listener);
    }

    /**
     * Binds a second attachment for a port, ahead of a guest that will move there. The port goes on by the one it has until
     * a frame comes in by the new one, which is then the port's, with its stations and counters.
     *
     * @throws MigrationRefusedException if it cannot be; nothing was changed
     */
    public MigrationStatus migrate(String port, DeviceSpec to) {
        return control.call(() -> migrations.begin(port, to));
    }

    /**
     * Lets go of the attachment bound ahead.
     *
     * @throws MigrationRefusedException if the port is not being migrated, or the guest has moved
     */
    public MigrationStatus abortMigration(String port) {
        return control.call(() -> migrations.abort(port));
    }

    /** The newest migration of each port that had one, in the order they were first begun. */
    public List<MigrationStatus> migrations() {
        return control.call(migrations::status);
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
        return control.call(() -> traces.trace(port, frame, System.nanoTime()));
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
        return control.call(() -> traces.follow(port, filter, count,
                ended -> control.execute(() -> traces.unfollow(ended))));
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

    /** What each VLAN has counted since the start. */
    public VlanCounters vlans() {
        return new VlanCounters(workers.stream().map(Worker::vlanRow).toList());
    }

    /** The clock that the MAC table's times are in, seconds. */
    public int nowSeconds() {
        return (int) (System.nanoTime() / 1_000_000_000L);
    }

    /** The packet threads, and which queues they serve why. */
    public List<WorkerStatus> workers() {
        return control.call(() -> workers.stream().map(worker -> new WorkerStatus(worker.id(), worker.cpu(),
                worker.isAsleep(), worker.busyNs(), placement.busy(worker), placement.status(worker),
                counted(worker.id()), worker.stalls())).toList());
    }

    private PortCounters.OfWorker counted(int worker) {
        return ports.values().stream().map(port -> port.counters.ofWorker(worker)).reduce(retired.ofWorker(worker),
                PortCounters.OfWorker::plus);
    }

    // ---- control thread --------------------------------------------------------------------------------------------

    private void reconcile(Collection<PortSpec> wanted) {
        Map<String, PortSpec> byName = new LinkedHashMap<>();
        wanted.forEach(spec -> byName.put(spec.name(), spec));
        List<PortSupervisor> leaving = new ArrayList<>();
        List<PortSpec> changed = new ArrayList<>();
        for (PortSupervisor port : List.copyOf(ports.values())) {
            PortSpec next = byName.get(port.spec().name());
            Migration migration = migrations.running(port.spec().name());
            if (next == null || !next.sameDevice(port.spec())) {
                ports.remove(port.spec().name());
                leaving.add(port);
                if (migration != null) {
                    migration.abort("the port was changed or removed");
                    leaving.add(migration.to());
                }
            } else if (!next.equals(port.spec())) {
                changed.add(port.spec());
                port.spec(next);
                if (migration != null) {
                    migration.spec(next);
                }
            }
        }
        leaving.forEach(PortSupervisor::detach);
        publish();
        for (PortSpec old : changed) {
            PortSpec next = byName.get(old.name());
            if (next != null) {
                forgetLostVlans(old, next.membership());
            }
        }
        for (PortSupervisor port : leaving) {
            port.release();
            port.close();
            macs.flush(port.spec().number(), 0);
        }
        leaving.stream().filter(port -> !byName.containsKey(port.spec().name())).map(port -> port.counters).distinct()
                .forEach(retired::retire);
        Map<String, PortSupervisor> kept = new LinkedHashMap<>(ports);
        ports.clear();
        for (PortSpec spec : byName.values()) {
            PortSupervisor port = kept.get(spec.name());
            ports.put(spec.name(), port != null
                    ? port
                    : new PortSupervisor(spec, openers.opener(spec.device(), spec.number(), spec.mtu()),
                            countersOf(spec, leaving)));
        }
        openDue();
    }

    /** A port whose device is replaced counts on: counters never decrease while the switch runs. */
    private PortCounters countersOf(PortSpec spec, List<PortSupervisor> leaving) {
        return leaving.stream().filter(port -> port.spec().name().equals(spec.name())).findFirst()
                .map(port -> port.counters).orElseGet(() -> new PortCounters(workers.size()));
    }

    /** Once no worker learns by the old membership any more. */
    private void forgetLostVlans(PortSpec old, VlanMembership next) {
        for (int vid = 1; vid < 4095; vid++) {
            if (old.membership().isMember(vid) && !next.isMember(vid)) {
                macs.flush(old.number(), vid);
            }
        }
    }

    private void tick() {
        openDue();
        for (PortSupervisor port : migrations.attachments()) {
            if (port.hasFailedDevice()) {
                lose(port);
            }
        }
        migrations.settle(System.nanoTime());
        if (++ticks % TICKS_PER_LOOK == 0) {
            ports.values().forEach(PortSupervisor::countMissed);
        }
        placement.tick(System.nanoTime());
        protocols.tick(System.nanoTime());
    }

    private void openDue() {
        long nowNs = System.nanoTime();
        List<PortSupervisor> opened = new ArrayList<>();
        for (PortSupervisor port : migrations.attachments()) {
            if (port.due(nowNs)) {
                DeviceFailure before = port.failure();
                if (port.open(nowNs)) {
                    opened.add(port);
                } else if (before == null || !before.equals(port.failure())) {
                    tell(port);
                }
            }
        }
        if (opened.isEmpty()) {
            if (snapshot.ports() != highestNumber() + 1) {
                publish();
            }
            return;
        }
        publish();
        for (PortSupervisor port : opened) {
            port.attach(placement);
            tell(port);
        }
    }

    private void publish() {
        int size = highestNumber() + 1;
        @Nullable
        VlanMembership[] membership = new @Nullable VlanMembership[size];
        @Nullable
        Device[] leg = new @Nullable Device[size];
        @Nullable
        PortCounters[] counters = new @Nullable PortCounters[size];
        int[] mtu = new int[size];
        int[] macLimit = new int[size];
        Guards guards = Guards.of(ports.values(), size, protocols.switchId());
        for (PortSupervisor port : ports.values()) {
            int number = port.spec().number();
            Migration migration = migrations.running(port.spec().name());
            membership[number] = port.spec().membership();
            leg[number] = migration == null ? port.leg() : migration.leg();
            counters[number] = port.counters;
            mtu[number] = migration == null ? port.mtu() : migration.mtu();
            macLimit[number] = port.spec().macLimit();
        }
        Snapshot next = new Snapshot(snapshot.epoch + 1, membership, leg, mtu, macLimit, counters, guards);
        snapshot = next;
        workers.forEach(worker -> worker.awaitAdopted(next));
    }

    private int highestNumber() {
        return ports.values().stream().mapToInt(port -> port.spec().number()).max().orElse(-1);
    }

    /** A worker has let go of a queue whose device failed. Any thread. */
    private void queueFailed(ReceiveQueue queue) {
        control.execute(
                () -> migrations.attachments().stream().filter(port -> port.owns(queue)).findFirst()
                        .ifPresent(this::lose));
    }

    /** The device is of no more use: nobody may send to it, then it is closed, then it is tried again. */
    private void lose(PortSupervisor port) {
        Device device = port.device();
        DeviceFailure failure = device == null ? null : device.failure();
        port.fail(failure != null
                ? failure
                : new DeviceFailure(PortReason.NO_DEVICE, port.spec().device().label() + ": the device went away"),
                System.nanoTime());
        publish();
        port.release();
        forgetStations(port);
        tell(port);
    }

    /** An interface appeared, vanished or changed. Any thread. */
    private void hostChanged(String device) {
        control.execute(() -> {
            long nowNs = System.nanoTime();
            for (PortSupervisor port : migrations.attachments()) {
                if (port.spec().device().label().equals(device)) {
                    port.retryNow(nowNs);
                    if (port.refresh()) {
                        refreshed(port);
                    }
                }
            }
            openDue();
        });
    }

    private void refreshed(PortSupervisor port) {
        Device device = port.device();
        if (device != null && device.failure() != null) {
            lose(port);
        } else {
            publish();
            if (port.failure() != null) {
                forgetStations(port);
            }
            tell(port);
        }
    }

    /** Of a port that is down; those of a guest on its way are where it will be. */
    private void forgetStations(PortSupervisor port) {
        if (migrations.running(port.spec().name()) == null) {
            macs.flush(port.spec().number(), 0);
        }
    }

    private PortStatus status(PortSupervisor port) {
        port.countMissed();
        Migration migration = migrations.running(port.spec().name());
        int stations = macs.entries(port.spec().number());
        return migration != null && migration.leg() != null
                ? new PortStatus(port.spec(), null, migration.mtu(), port.counters, stations)
                : new PortStatus(port.spec(), port.failure(), port.mtu(), port.counters, stations);
    }

    private void tell(PortSupervisor port) {
        if (ports.get(port.spec().name()) != port) {
            return;
        }
        try {
            onChange.accept(status(port));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, port.spec().name() + ": a listener failed", e);
        }
    }

    /** What migrations need done. */
    private final class Steps implements Migrations.Steps {
        @Override
        public void publish() {
            VirtualSwitch.this.publish();
        }

        @Override
        public void openDue() {
            VirtualSwitch.this.openDue();
        }

        @Override
        public void attach(PortSupervisor port) {
            port.attach(placement);
        }

        @Override
        public void tell(PortSupervisor port) {
            VirtualSwitch.this.tell(port);
        }
    }

    /** Closes every port, restores the host's settings, stops the workers. Idempotent. */
    @Override
    public void close() {
        if (control.isShutdown()) {
            return;
        }
        try {
            apply(List.of());
        } finally {
            control.execute(traces::close);
            control.shutdown();
            workers.forEach(Worker::stop);
            openers.close();
        }
    }
}
