package net.weft.vswitch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import net.weft.vswitch.attach.AttachmentSupervisor.Refreshed;
import net.weft.vswitch.attach.AttachmentSupervisor;
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

/** The attachments of a switch: which there are, and what becomes of their devices. Control thread only, but for {@link #queueFailed}. */
final class Attachments implements Migrations.Steps {
    /** The table of ports that the attachments lead to. */
    interface Owner {
        /** The ports by name, as they are now. */
        Map<String, Port> byName();

        Migrations migrations();

        /** Stores which legs of a port carry frames. */
        void show(Port port);

        /** Publishes a snapshot and the link state; returns when every worker uses it. */
        void publish();

        /** Has the queues of an open attachment polled. */
        void poll(AttachmentSupervisor attachment);

        /** A link went up or down: one store for the port, no snapshot. */
        void linkChanged(Port port);

        void restoreIfUp(Port port);

        void flushIfDown(Port port);

        void notifyChanged(Port port);
    }

    private final Map<String, AttachmentSupervisor> byName = new LinkedHashMap<>();
    private final ControlThread control;
    private final DeviceOpeners openers;
    private final Owner table;
    private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
    /** The attachments of the configuration that was asked for last. */
    private Map<String, AttachmentSpec> lastWished = Map.of();
    private @Nullable SwitchConfig wishedOf;
    private int legs;
    private boolean stale;

    Attachments(ControlThread control, SwitchOptions options, Owner table) {
        this.control = control;
        this.table = table;
        openers = new DeviceOpeners(options.state(), this::hostChanged, options.providers());
    }

    /** The numbers of legs are below this. */
    int legs() {
        return legs;
    }

    /** All there are, those that guests are expected at included. */
    private List<AttachmentSupervisor> all() {
        List<AttachmentSupervisor> all = new ArrayList<>(byName.values());
        all.addAll(table.migrations().targets());
        return all;
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    private Map<String, AttachmentSpec> wished(SwitchConfig config) {
        if (config == wishedOf) {
            return lastWished;
        }
        Map<String, AttachmentSpec> wished = new LinkedHashMap<>();
        for (PortSpec port : config.ports()) {
            if (!(port.device() instanceof DeviceSpec.Attached || port.device() instanceof DeviceSpec.Remote)) {
                wished.put(port.name(), AttachmentSpec.of(port));
            }
        }
        config.attachments().forEach(attachment -> wished.put(attachment.name(), attachment));
        wishedOf = config;
        lastWished = wished;
        return wished;
    }

    /** Takes what is to go from the workers and from its ports, and aborts migrations of it. The devices stay open until a snapshot is published. */
    Collection<AttachmentSupervisor> withdraw(SwitchConfig config) {
        Map<String, AttachmentSpec> wished = wished(config);
        List<AttachmentSupervisor> gone = new ArrayList<>();
        for (AttachmentSupervisor attachment : List.copyOf(byName.values())) {
            AttachmentSpec next = wished.get(attachment.spec().name());
            if (attachment.canBecome(next)) {
                continue;
            }
            List<Port> ports = portsOf(attachment);
            if (ports.size() < attachment.ports().length || !Objects.equals(next, attachment.spec())) {
                byName.remove(attachment.spec().name());
                gone.add(attachment);
                gone.addAll(abortMigration(attachment.spec().ports().getFirst()));
                ports.forEach(port -> port.legs().remove(attachment));
            }
        }
        gone.forEach(AttachmentSupervisor::detach);
        return gone;
    }

    /** The ports that an attachment serves and that are still there. */
    private List<Port> portsOf(AttachmentSupervisor attachment) {
        List<Port> ports = new ArrayList<>();
        int[] indices = attachment.ports();
        List<String> names = attachment.spec().ports();
        for (int n = 0; n < indices.length; n++) {
            Port port = table.byName().get(names.get(n));
            if (port != null && port.index == indices[n]) {
                ports.add(port);
            }
        }
        return ports;
    }

    private List<AttachmentSupervisor> abortMigration(String name) {
        Migration migration = table.migrations().running(name);
        if (migration == null) {
            return List.of();
        }
        migration.abort("the port was changed or removed");
        Port port = table.byName().get(name);
        if (port != null) {
            port.migration(null);
        }
        return List.of(migration.to());
    }

    /** Closes attachments that no snapshot names any more. */
    void close(Collection<AttachmentSupervisor> gone) {
        for (AttachmentSupervisor attachment : gone) {
            attachment.release();
            attachment.close();
            freeNumbers.add(attachment.number);
        }
    }

    /** Makes the attachments that are not there yet, and orders the legs of each port. */
    void add(SwitchConfig config) {
        Map<Port, List<AttachmentSupervisor>> legsOf = HashMap.newHashMap(table.byName().size());
        for (AttachmentSpec spec : wished(config).values()) {
            List<Port> ports = served(spec);
            if (!ports.isEmpty()) {
                AttachmentSupervisor attachment = byName.get(spec.name());
                if (attachment == null) {
                    attachment = attachment(spec, ports, opener -> opener);
                    byName.put(spec.name(), attachment);
                    stale = true;
                } else if (attachment.canBecome(spec)) {
                    attachment.become(spec, indices(ports));
                }
                for (Port port : ports) {
                    legsOf.computeIfAbsent(port, _ -> new ArrayList<>(1)).add(attachment);
                }
            }
        }
        for (Port port : table.byName().values()) {
            stale |= port.legs().isEmpty();
            port.legs(legsOf.getOrDefault(port, List.of()));
        }
    }

    /** The ports that an attachment is to serve and that are there. */
    private List<Port> served(AttachmentSpec spec) {
        List<Port> ports = new ArrayList<>(spec.ports().size());
        for (String name : spec.ports()) {
            Port port = table.byName().get(name);
            if (port != null) {
                ports.add(port);
            }
        }
        return ports;
    }

    @Override
    public AttachmentSupervisor attachment(AttachmentSpec spec, List<Port> ports,
            UnaryOperator<DeviceOpener> decorate) {
        Integer free = freeNumbers.poll();
        int number = free == null ? legs++ : free;
        int[] indices = indices(ports);
        return new AttachmentSupervisor(spec, number, indices,
                decorate.apply(openers.opener(spec.device(), indices, spec.mtu())));
    }

    private static int[] indices(List<Port> ports) {
        return ports.stream().mapToInt(port -> port.index).toArray();
    }

    /** Publishes what {@link #add} has made, where nothing that was opened did so. */
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
                    portsOf(attachment).forEach(table::notifyChanged);
                }
            }
        }
        if (opened.isEmpty()) {
            return;
        }
        opened.forEach(attachment -> portsOf(attachment).forEach(table::restoreIfUp));
        publish();
        for (AttachmentSupervisor attachment : opened) {
            attach(attachment);
            portsOf(attachment).forEach(table::notifyChanged);
        }
    }

    @Override
    public void attach(AttachmentSupervisor attachment) {
        table.poll(attachment);
    }

    @Override
    public void retire(AttachmentSupervisor attachment) {
        byName.replaceAll((name, current) -> current == attachment ? target(attachment) : current);
        close(List.of(attachment));
    }

    /** The attachment that a guest has moved to takes the place of the one it came from. */
    private AttachmentSupervisor target(AttachmentSupervisor old) {
        List<Port> ports = portsOf(old);
        return ports.isEmpty() || ports.getFirst().legs().isEmpty() ? old : ports.getFirst().legs().getFirst();
    }

    @Override
    public void notifyChanged(Port port) {
        table.notifyChanged(port);
    }

    /** A worker has let go of a queue whose device failed. Any thread. */
    void queueFailed(ReceiveQueue queue) {
        control.execute("closing a device that failed",
                () -> all().stream().filter(attachment -> attachment.owns(queue)).findFirst()
                        .ifPresent(this::lose));
    }

    /** Whether each has its device, unless it is disabled. */
    boolean allOpen() {
        return byName.values().stream().allMatch(each -> each.device() != null || !each.spec().enabled());
    }

    /** Closes devices that have failed while their queues slept. */
    void loseFailed() {
        for (AttachmentSupervisor attachment : all()) {
            if (attachment.hasFailedDevice()) {
                lose(attachment);
            }
        }
    }

    /** The device is of no more use: nobody may send to it, then it is closed, then it is tried again. */
    private void lose(AttachmentSupervisor attachment) {
        attachment.fail(attachment.deviceFailure(), System.nanoTime());
        portsOf(attachment).forEach(table::show);
        publish();
        attachment.release();
        portsOf(attachment).forEach(port -> {
            table.flushIfDown(port);
            table.notifyChanged(port);
        });
    }

    /** An interface appeared, vanished or changed. Any thread. */
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
            lose(attachment);
            return;
        }
        if (found == Refreshed.MTU) {
            publish();
        }
        portsOf(attachment).forEach(table::linkChanged);
    }

    /** Gives back what was taken of the host. */
    void close() {
        openers.close();
    }
}
