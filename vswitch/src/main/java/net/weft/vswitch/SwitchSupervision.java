package net.weft.vswitch;

import java.util.List;
import java.util.function.Consumer;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.fdb.FdbKeeper;
import net.weft.vswitch.port.SwitchEvents;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.StuckWorkers;
import net.weft.vswitch.worker.Watchdog;
import net.weft.vswitch.worker.WorkerSupervisor;
import net.weft.vswitch.worker.WorkerThread;
import net.weft.vswitch.zoning.Policies;
import net.weft.vswitch.zoning.Zones;
import org.jspecify.annotations.Nullable;

/** The timers of the control thread, and the watch over the workers: a dead one is replaced, a stuck one is reported. */
final class SwitchSupervision implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SwitchSupervision.class.getName());
    /** While somebody waits: for a device to be opened. */
    private static final long SOON_NS = 100_000_000;
    /** While all devices are open, and one may fail unheard. */
    private static final long SETTLED_NS = 500_000_000;
    private static final long SECOND_NS = 1_000_000_000;

    private final ControlThread control;
    private final List<WorkerThread> workers;
    private final WorkerSupervisor supervisor;
    private final Watchdog watchdog;
    private volatile @Nullable String workersLost;
    private volatile Consumer<String> onWorkersLost = why -> LOG.log(System.Logger.Level.ERROR, why);

    SwitchSupervision(ControlThread control, List<WorkerThread> workers, PortTable ports, Zones zones, FdbKeeper fdb,
            SwitchEvents events) {
        this.control = control;
        this.workers = workers;
        supervisor = new WorkerSupervisor(workers, ports.queues(), this::workersLost);
        workers.forEach(worker -> worker.onDeath(this::workerDied));
        watchdog = new Watchdog(workers, System.nanoTime());
        control.every("opening and closing devices", () -> ports.isSettled() ? SETTLED_NS : SOON_NS,
                nowNs -> checkDevices(ports, nowNs));
        control.every("logging packets", () -> zones.isActive() ? SOON_NS : SECOND_NS, _ -> zones.log(ports::name));
        control.every("looking after the connection table", () -> SECOND_NS, _ -> {
            Policies replaced = zones.replaceDamaged();
            if (replaced != null) {
                ports.policies(replaced);
            }
        });
        ConnectionLimitWatch limits = new ConnectionLimitWatch(events);
        control.every("looking at limits of connections", () -> SECOND_NS,
                nowNs -> limits.look(ports.droppedFor(DropReason.CONNECTION_LIMIT),
                        zones.policies(), ports.directory()::index, nowNs));
        control.every("counting missed frames", () -> SECOND_NS, _ -> ports.countMissed());
        control.every("balancing workers", () -> SECOND_NS, ports.queues()::tick);
        control.every("looking after workers", () -> SECOND_NS, supervisor::look);
        control.every("remembering MAC entries", () -> SECOND_NS,
                nowNs -> fdb.tick((int) (nowNs / 1_000_000_000L)));
    }

    /** A stuck worker may use any device, so none is closed until it goes on. */
    private void checkDevices(PortTable ports, long nowNs) {
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

    /** As {@link VirtualSwitch#onWorkersLost}. */
    void onWorkersLost(Consumer<String> listener) {
        onWorkersLost = listener;
        String why = workersLost;
        if (why != null) {
            listener.accept(why);
        }
    }

    /** Starts the watchdog, once the workers run. */
    void start() {
        watchdog.start();
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
