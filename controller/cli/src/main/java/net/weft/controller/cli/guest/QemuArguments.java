package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import net.weft.controller.cli.connect.FailedException;

/** A guest's vNIC as arguments of QEMU. */
final class QemuArguments {
    private static final String MEMORY = "weft-memory";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private final QemuVersion version;
    private final boolean tcg;

    /** An option and its value. */
    record Argument(String option, String value) {
    }

    /** @param tcg the guest runs without KVM */
    QemuArguments(QemuVersion version, boolean tcg) {
        this.version = version;
        this.tcg = tcg;
    }

    /**
     * The guest's memory, shared where a vNIC needs that.
     *
     * @param size such as {@code 512M}
     */
    List<Argument> memory(String size, boolean shared) {
        List<Argument> arguments = new ArrayList<>(List.of(new Argument("-m", size)));
        if (shared) {
            arguments.add(new Argument("-object", "memory-backend-memfd,id=" + MEMORY + ",size=" + size
                    + ",share=on"));
            arguments.add(version.hasMachineMemory()
                    ? new Argument("-machine", "memory-backend=" + MEMORY)
                    : new Argument("-numa", "node,memdev=" + MEMORY));
        }
        return arguments;
    }

    /** The vNIC and its cable. */
    List<Argument> nic(GuestNic nic) {
        String id = "weft-" + nic.port();
        Argument device = new Argument("-device", device(nic, id));
        return switch (nic.cable()) {
            case GuestNic.VhostUser vhost -> List.of(new Argument("-chardev", "socket,id=" + id + ",path="
                    + escaped(vhost.socket())
                    + (!vhost.weftListens() ? ",server=on,wait=off" : "," + version.reconnect())),
                    new Argument("-netdev", "vhost-user,id=" + id + ",chardev=" + id
                            + (vhost.queues() > 1 ? ",queues=" + vhost.queues() : "")),
                    device);
            case GuestNic.Stream stream -> List.of(new Argument("-netdev", stream(nic, stream, id)), device);
            case GuestNic.Datagram dgram -> List.of(new Argument("-netdev", dgram(nic, dgram, id)), device);
        };
    }

    private String device(GuestNic nic, String netdev) {
        String vectors = tcg ? ",vectors=0" : nic.queues() > 1 ? ",vectors=" + (2 * nic.queues() + 2) : "";
        return "virtio-net-pci,netdev=" + netdev + ",mac=" + nic.mac() + ",host_mtu=" + nic.mtu() + ",speed="
                + GuestNic.SPEED + ",duplex=full" + (nic.queues() > 1 ? ",mq=on" : "") + vectors;
    }

    private String stream(GuestNic nic, GuestNic.Stream stream, String id) {
        requireSocketNetdevs(nic);
        String listen = stream.weftListens() ? "off" : "on";
        String again = stream.weftListens() && version.hasStreamReconnect() ? "," + version.reconnect() : "";
        return "stream,id=" + id + ",server=" + listen + ",addr.type=unix,addr.path=" + escaped(stream.socket())
                + again;
    }

    /** What is local to Weft is remote to QEMU. */
    private String dgram(GuestNic nic, GuestNic.Datagram dgram, String id) {
        requireSocketNetdevs(nic);
        return "dgram,id=" + id + ",local.type=unix,local.path=" + escaped(dgram.guestSocket())
                + ",remote.type=unix,remote.path=" + escaped(dgram.weftSocket());
    }

    private void requireSocketNetdevs(GuestNic nic) {
        if (!version.hasSocketNetdevs()) {
            throw new FailedException("port " + nic.port() + ": QEMU " + version
                    + " has no stream and dgram netdevs, which came with 7.2; use a port of type vhost-user");
        }
    }

    /** A comma ends a value, two are one. */
    private static String escaped(String path) {
        return path.replace(",", ",,");
    }

    /** For a shell: an argument a line, quoted where needed, all but the last continued. */
    static String forShell(List<Argument> arguments) {
        return arguments.stream().map(argument -> argument.option() + " " + quoted(argument.value()))
                .collect(Collectors.joining(" \\\n"));
    }

    /** Every word on a line of its own, as it is. */
    static String asLines(List<Argument> arguments) {
        return arguments.stream().map(argument -> argument.option() + "\n" + argument.value())
                .collect(Collectors.joining("\n"));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
