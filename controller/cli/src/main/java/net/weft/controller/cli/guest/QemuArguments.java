package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import net.weft.controller.cli.connect.FailedException;

/** Writes a guest's vNIC as arguments of QEMU. */
final class QemuArguments {
    private static final String MEMORY = "weft-memory";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private final QemuVersion version;
    private final boolean tcg;

    /** An option and its value. */
    record Argument(String option, String value) {
    }

    /**
     * Creates a writer.
     *
     * @param tcg whether the guest runs without KVM
     */
    QemuArguments(QemuVersion version, boolean tcg) {
        this.version = version;
        this.tcg = tcg;
    }

    /**
     * Returns the arguments of the guest's memory.
     *
     * @param size size such as {@code 512M}
     * @param shared whether a vNIC needs the memory to be shared
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

    /** Returns the arguments of the vNIC and its transport. */
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
        String reconnect = stream.weftListens() && version.hasStreamReconnect() ? "," + version.reconnect() : "";
        return "stream,id=" + id + ",server=" + listen + ",addr.type=unix,addr.path=" + escaped(stream.socket())
                + reconnect;
    }

    /** Returns a dgram netdev. The local socket of Weft is the remote socket of QEMU. */
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

    /** Escapes commas: QEMU ends a value at a comma, and reads two commas as one. */
    private static String escaped(String path) {
        return path.replace(",", ",,");
    }

    /** Returns the arguments for a shell: one on a line, quoted where needed, with continuation marks. */
    static String forShell(List<Argument> arguments) {
        return arguments.stream().map(argument -> argument.option() + " " + quoted(argument.value()))
                .collect(Collectors.joining(" \\\n"));
    }

    /** Returns every word on a line of its own, unquoted. */
    static String asLines(List<Argument> arguments) {
        return arguments.stream().map(argument -> argument.option() + "\n" + argument.value())
                .collect(Collectors.joining("\n"));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
