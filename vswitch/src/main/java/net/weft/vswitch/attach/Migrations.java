package net.weft.vswitch.attach;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.worker.ControlThread;
import org.jspecify.annotations.Nullable;

/**
 * Starts, completes and aborts migrations, and keeps the newest one of each port. The worker that receives a guest's
 * announcement switches frames over to the new attachment at once; {@link #complete} later closes the old attachment on
 * the control thread. Control thread only.
 */
public final class Migrations {
    /** The operations of the switch that a migration needs. */
    public interface Steps {
        /** Returns the port of that name, or null. */
        @Nullable
        Port port(String name);

        /** Creates a new attachment of a port without opening it. {@code decorate} wraps the opener of its device. */
        AttachmentSupervisor attachment(AttachmentSpec spec, List<Port> ports,
                UnaryOperator<DeviceOpener> decorate);

        /** Publishes a snapshot and the link state; returns when every worker uses it. */
        void publish();

        /** Opens every attachment that is due, publishes a snapshot, and starts polling. */
        void openDue();

        /** Starts polling the queues of an open attachment. */
        void attach(AttachmentSupervisor attachment);

        /** Closes an attachment permanently. No snapshot may refer to it any more. */
        void retire(AttachmentSupervisor attachment);

        /** Notifies the listeners of the port's current state. */
        void notifyChanged(Port port);
    }

    private final Map<String, Migration> byPort = new LinkedHashMap<>();
    private final ControlThread control;
    private final Steps steps;
    private volatile Consumer<MigrationStatus> onMigrated = status -> {
    };

    public Migrations(ControlThread control, Steps steps) {
        this.control = control;
        this.steps = steps;
    }

    /**
     * Sets the listener for completed migrations, which is called on the control thread. May be called from any thread.
     */
    public void onMigrated(Consumer<MigrationStatus> listener) {
        onMigrated = listener;
    }

    /** Starts a migration; see {@code VirtualSwitch.migrate}. */
    public MigrationStatus begin(String name, DeviceSpec to) {
        Port port = startable(name, to);
        AttachmentSpec old = port.legs().getFirst().spec();
        AtomicReference<@Nullable Migration> made = new AtomicReference<>();
        Switchover switchover = new Switchover(
                () -> control.execute("completing a migration", () -> complete(made.get())));
        AttachmentSupervisor target = steps.attachment(
                new AttachmentSpec(old.name(), to, old.ports(), old.enabled(), old.mtu()), List.of(port),
                opener -> MigrationTarget.opener(opener, switchover));
        Migration migration = new Migration(name, port.legs().getFirst(), target, switchover);
        made.set(migration);
        Migration before = byPort.put(name, migration);
        port.migration(migration);
        steps.openDue();
        DeviceFailure failure = target.failure();
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

    private Port startable(String name, DeviceSpec to) {
        Port port = steps.port(name);
        if (port == null) {
            throw new MigrationRefusedException("there is no port " + name + " on this member");
        }
        if (port.legs().size() != 1 || port.legs().getFirst().ports().length != 1) {
            throw new MigrationRefusedException(
                    "port " + name + " has no device of its own; only a port that has one can "
                            + "be migrated");
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
        if (to.label().equals(port.legs().getFirst().spec().device().label())) {
            throw new MigrationRefusedException("port " + name + " is attached to " + to.label() + " already");
        }
        return port;
    }

    /** Aborts the running migration of a port; see {@code VirtualSwitch.abortMigration}. */
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
        Port port = steps.port(migration.port());
        if (port != null) {
            port.migration(null);
        }
        steps.publish();
        steps.retire(migration.to());
    }

    /** Completes a migration whose guest has announced itself at the new attachment, and closes the old attachment. */
    private void complete(@Nullable Migration migration) {
        if (migration == null || !migration.isRunning()) {
            return;
        }
        Port port = steps.port(migration.port());
        if (port == null) {
            return;
        }
        migration.complete();
        port.migration(null);
        port.legs(List.of(migration.to()));
        port.spec(port.spec().attachedTo(migration.to().spec().device()));
        steps.publish();
        steps.retire(migration.from());
        steps.notifyChanged(port);
        onMigrated.accept(migration.status());
    }

    /**
     * Removes the migration decorator of each attachment whose first frame has been timed, or waited for long enough.
     */
    public void settle(long nowNs) {
        for (Migration migration : byPort.values()) {
            AttachmentSupervisor target = migration.to();
            Port port = steps.port(migration.port());
            if (migration.settles(nowNs) && target.device() instanceof MigrationTarget
                    && port != null && port.legs().contains(target)) {
                target.detach();
                target.settle();
                steps.publish();
                steps.attach(target);
            }
        }
    }

    /** The running migration of a port (both attachments bound), or null. */
    @Nullable
    public Migration running(String port) {
        Migration newest = byPort.get(port);
        return newest != null && newest.isRunning() ? newest : null;
    }

    /** Returns whether any migration is running, or is complete and still waits for its first frame. */
    public boolean anyRunning() {
        return byPort.values().stream().anyMatch(migration -> migration.isRunning()
                || migration.to().device() instanceof MigrationTarget);
    }

    /** The new attachments of all running migrations. */
    public List<AttachmentSupervisor> targets() {
        List<AttachmentSupervisor> all = new ArrayList<>();
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
