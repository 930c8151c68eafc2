package net.weft.vswitch.attach;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceOpeners;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.worker.ControlThread;
import org.jspecify.annotations.Nullable;

/**
 * Begins, completes and calls off migrations, and keeps the newest of each port. The worker that sees a guest's announcement
 * has frames go to the new attachment at once; {@link #complete}, on the control thread, tidies up behind it. Control thread
 * only.
 */
public final class Migrations {
    /** What the switch does for a migration. */
    public interface Steps {
        /** Publishes a snapshot; returns when every worker uses it. */
        void publish();

        /** Opens what can be opened, publishes, and has it polled. */
        void openDue();

        /** Has the queues of an open port polled. */
        void attach(PortSupervisor port);

        /** Tells listeners how the port is. */
        void tell(PortSupervisor port);
    }

    private final Map<String, Migration> byPort = new LinkedHashMap<>();
    private final Map<String, PortSupervisor> ports;
    private final ControlThread control;
    private final DeviceOpeners openers;
    private final Steps steps;
    private volatile Consumer<MigrationStatus> onMigrated = status -> {
    };

    /** @param ports of the switch by name; an attachment that a guest has moved to is put there */
    public Migrations(Map<String, PortSupervisor> ports, ControlThread control, DeviceOpeners openers, Steps steps) {
        this.ports = ports;
        this.control = control;
        this.openers = openers;
        this.steps = steps;
    }

    /** Told of each that is complete. Any thread. */
    public void onMigrated(Consumer<MigrationStatus> listener) {
        onMigrated = listener;
    }

    /** As {@code VirtualSwitch.migrate}. */
    public MigrationStatus begin(String name, DeviceSpec to) {
        PortSupervisor port = startable(name, to);
        PortSpec next = port.spec().attachedTo(to);
        AtomicReference<@Nullable Migration> made = new AtomicReference<>();
        Switchover handover = new Switchover(
                () -> control.execute("completing a migration", () -> complete(made.get())));
        Migration migration = new Migration(port, next, openers.opener(to, next.number(), next.mtu()), handover);
        made.set(migration);
        Migration before = byPort.put(name, migration);
        steps.openDue();
        DeviceFailure failure = migration.to().failure();
        if (failure != null && failure.reason() != PortReason.WAITING_FOR_GUEST) {
            abort(migration, failure.message());
            if (before == null) {
                byPort.remove(name);
            } else {
                byPort.put(name, before);
            }
            throw new MigrationRefusedException("port " + name + ": " + failure.message());
        }
        return migration.status();
    }

    private PortSupervisor startable(String name, DeviceSpec to) {
        PortSupervisor port = ports.get(name);
        if (port == null) {
            throw new MigrationRefusedException("there is no port " + name + " on this member");
        }
        if (!port.spec().enabled()) {
            throw new MigrationRefusedException("port " + name + " is disabled; enable it first");
        }
        Migration running = running(name);
        if (running != null) {
            throw new MigrationRefusedException("port " + name + " is being migrated to "
                    + running.to().spec().device().label() + " already; `weft port migrate " + name
                    + " --abort` calls that off");
        }
        if (to.label().equals(port.spec().device().label())) {
            throw new MigrationRefusedException("port " + name + " is attached to " + to.label() + " already");
        }
        return port;
    }

    /** As {@code VirtualSwitch.abortMigration}. */
    public MigrationStatus abort(String name) {
        Migration running = running(name);
        if (running == null) {
            throw new MigrationRefusedException("port " + name
                    + " is not being migrated; `weft show migrations` lists what was begun");
        }
        if (running.isAnnounced()) {
            throw new MigrationRefusedException("port " + name + ": the guest has moved just now");
        }
        abort(running, "by command");
        return running.status();
    }

    private void abort(Migration migration, String why) {
        migration.abort(why);
        steps.publish();
        migration.to().release();
        migration.to().close();
    }

    /** The guest has announced itself by the new attachment: the old one is let go. */
    private void complete(@Nullable Migration migration) {
        if (migration == null || !migration.isRunning()) {
            return;
        }
        migration.complete();
        PortSupervisor port = migration.to();
        ports.put(port.spec().name(), port);
        steps.publish();
        migration.from().release();
        migration.from().close();
        steps.tell(port);
        onMigrated.accept(migration.status());
    }

    /** Stops watching the frames of attachments whose first have been timed. */
    public void settle(long nowNs) {
        for (Migration migration : byPort.values()) {
            PortSupervisor port = migration.to();
            if (migration.settles(nowNs) && port.device() instanceof MigrationTarget && ports.containsValue(port)) {
                port.detach();
                port.settle();
                steps.publish();
                steps.attach(port);
            }
        }
    }

    /** The migration of a port whose two attachments are bound, or null. */
    @Nullable
    public Migration running(String port) {
        Migration newest = byPort.get(port);
        return newest != null && newest.isRunning() ? newest : null;
    }

    /** Whether any port is being migrated, or was and its first frames are still being watched. */
    public boolean anyRunning() {
        return byPort.values().stream().anyMatch(migration -> migration.isRunning()
                || migration.to().device() instanceof MigrationTarget);
    }

    /** The supervisors of all attachments: one for each port, and those bound ahead. */
    public List<PortSupervisor> attachments() {
        List<PortSupervisor> all = new ArrayList<>(ports.values());
        for (Migration migration : byPort.values()) {
            if (migration.isRunning()) {
                all.add(migration.to());
            }
        }
        return all;
    }

    public List<MigrationStatus> status() {
        return byPort.values().stream().map(Migration::status).toList();
    }
}
