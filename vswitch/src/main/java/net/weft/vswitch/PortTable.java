package net.weft.vswitch;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.attach.Migration;
import net.weft.vswitch.attach.Migrations;
import net.weft.vswitch.attach.PortSupervisor;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpeners;
import net.weft.vswitch.fdb.FdbKeeper;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.QueueAssignment;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.zone.guard.AddressHolds;

/**
 * The ports of a switch as they are, made to be as they should: devices are opened, lost and opened again, and after every change a new
 * {@link Snapshot} is published. A device is closed only when every worker has let go of it.
 * <p>
 * Control thread only, but for what says otherwise.
 */
public final class PortTable implements Migrations.Steps {
    private static final System.Logger LOG = System.getLogger(PortTable.class.getName());

    private final Map<String, PortSupervisor> ports = new LinkedHashMap<>();
    private final ControlThread control;
    private final List<WorkerThread> workers;
    private final MacTable macs;
    private final FdbKeeper stations;
    private final long switchId;
    private final MulticastGroups groups;
    private final DeviceOpeners openers;
    private final Migrations migrations;
    private final QueueAssignment<WorkerThread> placement;
    /** What ports that are gone had counted. */
    private final PortCounters retired;
    private final AddressHolds holds = new AddressHolds(new SecureRandom().nextLong());
    private Policies policies = Policies.OFF;
    private volatile Snapshot snapshot = Snapshot.empty();
    private volatile Consumer<PortStatus> onChange = status -> {
    };

    /**
     * @param workers who use what is published; filled before there are ports
     * @param stations that were known before, and are told of the ports
     * @param switchId {@code LoopProbe.switchId()}
     * @param groups where workers find where multicast goes
     */
    PortTable(ControlThread control, SwitchOptions options, List<WorkerThread> workers, MacTable macs,
            FdbKeeper stations, long switchId, MulticastGroups groups) {
        this.control = control;
        this.workers = workers;
        this.macs = macs;
        this.stations = stations;
        this.switchId = switchId;
        this.groups = groups;
        openers = new DeviceOpeners(options.state(), this::hostChanged);
        migrations = new Migrations(ports, control, openers, this);
        placement = new QueueAssignment<>(workers, System.nanoTime());
        retired = new PortCounters(options.workerCount());
    }

    /** Told of each port that goes up or down, on the control thread. Any thread. */
    void onChange(Consumer<PortStatus> listener) {
        onChange = listener;
    }

    /** By name, in the order given; changes with the switch. */
    Map<String, PortSupervisor> byName() {
        return ports;
    }

    Migrations migrations() {
        return migrations;
    }

    QueueAssignment<WorkerThread> placement() {
        return placement;
    }

    /** The name of the port with this number. */
    String name(int number) {
        return ports.values().stream().filter(port -> port.spec().number() == number).findFirst()
                .map(port -> port.spec().name()).orElse("a port that is gone");
    }

    /** What workers use, or soon will. Any thread. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** What a worker has counted at all ports, also those that are gone. */
    PortCounters.OfWorker counted(int worker) {
        return ports.values().stream().map(port -> port.counters.ofWorker(worker)).reduce(retired.ofWorker(worker),
                PortCounters.OfWorker::plus);
    }

    List<PortStatus> status() {
        return ports.values().stream().map(this::status).toList();
    }

    /** As {@link VirtualSwitch#apply}. */
    void reconcile(Collection<PortSpec> wanted, Policies evaluated) {
        policies = evaluated;
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
            macs.flush(port.spec().number());
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
        stations.ports(wanted);
        openDue();
    }

    /** A port whose device is replaced counts on: counters never decrease while the switch runs. */
    private PortCounters countersOf(PortSpec spec, List<PortSupervisor> leaving) {
        return leaving.stream().filter(port -> port.spec().name().equals(spec.name())).findFirst()
                .map(port -> port.counters).orElseGet(() -> new PortCounters(workers.size()));
    }

    /** Once no worker learns by the old membership any more. */
    private void forgetLostVlans(PortSpec old, VlanMembership next) {
        VlanSet lost = old.membership().members().without(next.members());
        if (!lost.isEmpty()) {
            macs.flush(old.number(), lost);
        }
    }

    /** Opens what is due, closes what has failed unheard, and goes on with migrations. A few times a second. */
    void tick(long nowNs) {
        openDue();
        for (PortSupervisor port : migrations.attachments()) {
            if (port.hasFailedDevice()) {
                lose(port);
            }
        }
        migrations.settle(nowNs);
    }

    /** Whether every port has its device and none is being migrated, so that there is nothing to be tried. */
    boolean isSettled() {
        return !migrations.anyRunning()
                && ports.values().stream().allMatch(port -> port.device() != null || !port.spec().enabled());
    }

    /** Whether some port sends loop probes. */
    boolean probesForLoops() {
        return ports.values().stream().anyMatch(port -> port.spec().protection().loopProbes());
    }

    /** Brings the counts of frames that were lost before they could be received up to date. */
    void countMissed() {
        ports.values().forEach(PortSupervisor::countMissed);
    }

    @Override
    public void openDue() {
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
            if (snapshot.ports() != Snapshot.size(ports.values())) {
                publish();
            }
            return;
        }
        opened.forEach(this::recall);
        publish();
        for (PortSupervisor port : opened) {
            attach(port);
            tell(port);
        }
    }

    @Override
    public void publish() {
        Snapshot next = Snapshot.of(snapshot.epoch + 1, ports.values(), migrations, switchId, groups,
                policies, holds);
        snapshot = next;
        workers.forEach(worker -> worker.awaitAdopted(next));
    }

    /** A worker has let go of a queue whose device failed. Any thread. */
    void queueFailed(ReceiveQueue queue) {
        control.execute("closing a device that failed",
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
    void hostChanged(String device) {
        control.execute("looking at " + device, () -> {
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

    void refreshed(PortSupervisor port) {
        Device device = port.device();
        if (device != null && device.failure() != null) {
            lose(port);
        } else {
            recall(port);
            publish();
            if (port.failure() != null) {
                forgetStations(port);
            }
            tell(port);
        }
    }

    /** Those of before, where the port is up. */
    private void recall(PortSupervisor port) {
        if (port.failure() == null) {
            stations.comesUp(port.spec(), (int) (System.nanoTime() / 1_000_000_000L));
        }
    }

    /** Of a port that is down; those of a guest on its way are where it will be. */
    private void forgetStations(PortSupervisor port) {
        if (migrations.running(port.spec().name()) == null) {
            macs.flush(port.spec().number());
        }
    }

    PortStatus status(PortSupervisor port) {
        port.countMissed();
        Migration migration = migrations.running(port.spec().name());
        int stations = macs.entries(port.spec().number());
        return migration != null && migration.leg() != null
                ? new PortStatus(port.spec(), null, migration.mtu(), port.counters, stations)
                : new PortStatus(port.spec(), port.failure(), port.mtu(), port.counters, stations);
    }

    @Override
    public void tell(PortSupervisor port) {
        if (ports.get(port.spec().name()) != port) {
            return;
        }
        try {
            onChange.accept(status(port));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, port.spec().name() + ": a listener failed", e);
        }
    }

    @Override
    public void attach(PortSupervisor port) {
        port.attach(placement);
    }

    /** Gives back what was taken of the host. Every port has gone. */
    void close() {
        openers.close();
    }
}
