package net.weft.vswitch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import net.weft.vswitch.attach.AttachmentSupervisor;
import net.weft.vswitch.attach.AttachmentSupervisor.Refreshed;
import net.weft.vswitch.attach.Migration;
import net.weft.vswitch.attach.Migrations;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceOpeners;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.worker.ControlThread;
import org.jspecify.annotations.Nullable;

/**
 * The attachments of a {@link PortTable} and the life cycle of their devices. Control thread only, except for {@link
 * #queueFailed} and {@link #hostChanged}.
 */
final class Attachments implements Migrations.Steps {
    private final Map<String, AttachmentSupervisor> byName = new LinkedHashMap<>();
    private final ControlThread control;
    private final DeviceOpeners openers;
    private final PortTable table;
    private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
    private int legs;
    private boolean stale;

    Attachments(ControlThread control, SwitchOptions options, PortTable table) {
        this.control = control;
        this.table = table;
        openers = new DeviceOpeners(options.state(), this::hostChanged, options.providers());
    }

    /** Returns the upper bound of leg numbers, exclusive. */
    int legs() {
        return legs;
    }

    /** Returns all attachments, including the targets of running migrations. */
    private List<AttachmentSupervisor> all() {
        List<AttachmentSupervisor> all = new ArrayList<>(byName.values());
        all.addAll(table.migrations().targets());
        return all;
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    private static Map<String, AttachmentSpec> configured(SwitchConfig config) {
        Map<String, AttachmentSpec> configured = new LinkedHashMap<>();
        for (PortSpec port : config.ports()) {
            if (!(port.device() instanceof DeviceSpec.Attached)) {
                configured.put(port.name(), AttachmentSpec.of(port));
            }
        }
        config.attachments().forEach(attachment -> configured.put(attachment.name(), attachment));
        return configured;
    }

    /**
     * Detaches the attachments that the configuration no longer contains from the workers and from their ports, and
     * aborts their migrations. Their devices stay open until a snapshot without them is published.
     */
    Collection<AttachmentSupervisor> withdraw(SwitchConfig config) {
        Map<String, AttachmentSpec> configured = configured(config);
        List<AttachmentSupervisor> gone = new ArrayList<>();
        for (AttachmentSupervisor attachment : List.copyOf(byName.values())) {
            AttachmentSpec next = configured.get(attachment.spec().name());
            boolean portsStay = attachment.ports().stream()
                    .allMatch(port -> table.byName().get(port.spec().name()) == port);
            if (!portsStay || !Objects.equals(next, attachment.spec())) {
                byName.remove(attachment.spec().name());
                gone.add(attachment);
                gone.addAll(abortMigration(attachment));
                attachment.ports().forEach(port -> port.legs().remove(attachment));
            }
        }
        gone.forEach(AttachmentSupervisor::detach);
        return gone;
    }

    private static List<AttachmentSupervisor> abortMigration(AttachmentSupervisor attachment) {
        Migration migration = attachment.ports().getFirst().migration();
        if (migration == null) {
            return List.of();
        }
        migration.abort("the port was changed or removed");
        return List.of(migration.to());
    }

    /** Closes attachments that are no longer part of any snapshot. */
    void close(Collection<AttachmentSupervisor> gone) {
        for (AttachmentSupervisor attachment : gone) {
            attachment.release();
            attachment.close();
            freeNumbers.add(attachment.number);
        }
    }

    /** Creates the attachments that are new in the configuration, and orders the legs of each port. */
    void add(SwitchConfig config) {
        Map<Port, List<AttachmentSupervisor>> legsOf = new LinkedHashMap<>();
        for (AttachmentSpec spec : configured(config).values()) {
            List<Port> ports = spec.ports().stream().map(table.byName()::get).filter(Objects::nonNull).toList();
            if (!ports.isEmpty()) {
                AttachmentSupervisor attachment = byName.get(spec.name());
                if (attachment == null) {
                    attachment = attachment(spec, ports, opener -> opener);
                    byName.put(spec.name(), attachment);
                    stale = true;
                }
                for (Port port : ports) {
                    legsOf.computeIfAbsent(port, _ -> new ArrayList<>()).add(attachment);
                }
            }
        }
        for (Port port : table.byName().values()) {
            stale |= port.legs().isEmpty();
            port.legs(legsOf.getOrDefault(port, List.of()));
        }
    }

    @Override
    public AttachmentSupervisor attachment(AttachmentSpec spec, List<Port> ports,
            UnaryOperator<DeviceOpener> decorate) {
        Integer free = freeNumbers.poll();
        int number = free == null ? legs++ : free;
        int[] indices = ports.stream().mapToInt(port -> port.index).toArray();
        return new AttachmentSupervisor(spec, number, ports,
                decorate.apply(openers.opener(spec.device(), indices, spec.mtu())));
    }

    /** Publishes the attachments that {@link #add} created, unless opening a device has published them already. */
    void publishIfStale() {
        if (stale) {
            publish();
        }
    }

    // ---- devices ---------------------------------------------------------------------------------------------------

    @Override
    public @Nullable Port port(String name) {
        return table.byName().get(name);
    }

    @Override
    public void publish() {
        stale = false;
        table.publish();
    }

    @Override
    public void openDue() {
        long nowNs = System.nanoTime();
        List<AttachmentSupervisor> opened = new ArrayList<>();
        for (AttachmentSupervisor attachment : all()) {
            if (attachment.due(nowNs)) {
                DeviceFailure before = attachment.failure();
                if (attachment.open(nowNs)) {
                    opened.add(attachment);
                } else if (before == null || !before.equals(attachment.failure())) {
                    attachment.ports().forEach(table::notifyChanged);
                }
            }
        }
        if (opened.isEmpty()) {
            return;
        }
        opened.forEach(attachment -> attachment.ports().forEach(table::restoreIfUp));
        publish();
        for (AttachmentSupervisor attachment : opened) {
            attach(attachment);
            attachment.ports().forEach(table::notifyChanged);
        }
    }

    @Override
    public void attach(AttachmentSupervisor attachment) {
        attachment.attach(table.queues());
    }

    @Override
    public void retire(AttachmentSupervisor attachment) {
        byName.replaceAll((name, current) -> current == attachment ? target(attachment) : current);
        close(List.of(attachment));
    }

    /** Returns the attachment that a guest has moved to; it replaces the old one. */
    private AttachmentSupervisor target(AttachmentSupervisor old) {
        Port port = old.ports().getFirst();
        return port.legs().isEmpty() ? old : port.legs().getFirst();
    }

    @Override
    public void notifyChanged(Port port) {
        table.notifyChanged(port);
    }

    /** Handles a queue that a worker has detached because its device failed. Any thread. */
    void queueFailed(ReceiveQueue queue) {
        control.execute("closing a device that failed",
                () -> all().stream().filter(attachment -> attachment.owns(queue)).findFirst()
                        .ifPresent(this::closeFailed));
    }

    /** Returns whether every enabled attachment has an open device. */
    boolean allOpen() {
        return byName.values().stream().allMatch(each -> each.device() != null || !each.spec().enabled());
    }

    /** Closes devices that failed while their queues slept. */
    void loseFailed() {
        for (AttachmentSupervisor attachment : all()) {
            if (attachment.hasFailedDevice()) {
                closeFailed(attachment);
            }
        }
    }

    /**
     * Closes a failed device: publishes a snapshot without it, so that no worker sends to it, then closes it and
     * schedules a retry.
     */
    private void closeFailed(AttachmentSupervisor attachment) {
        attachment.fail(PortTable.failureOf(attachment), System.nanoTime());
        attachment.ports().forEach(table::show);
        publish();
        attachment.release();
        attachment.ports().forEach(port -> {
            table.flushIfDown(port);
            table.notifyChanged(port);
        });
    }

    /** Handles an interface that appeared, vanished or changed. Any thread. */
    void hostChanged(String device) {
        control.execute("looking at " + device, () -> {
            long nowNs = System.nanoTime();
            for (AttachmentSupervisor attachment : all()) {
                if (attachment.spec().device().label().equals(device)) {
                    attachment.retryNow(nowNs);
                    refreshed(attachment, attachment.refresh());
                }
            }
            openDue();
        });
    }

    private void refreshed(AttachmentSupervisor attachment, Refreshed found) {
        if (found == Refreshed.SAME) {
            return;
        }
        if (attachment.hasFailedDevice()) {
            closeFailed(attachment);
            return;
        }
        if (found == Refreshed.MTU) {
            publish();
        }
        table.linkChanged(attachment);
    }

    /** Restores the host's settings. */
    void close() {
        openers.close();
    }
}
