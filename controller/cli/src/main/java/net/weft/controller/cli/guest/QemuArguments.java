package net.weft.controller.cli.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.DeviceConfig.QemuStream.Mode;

/** A guest's card as arguments of QEMU. */
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
     * The guest's memory, shared where a card needs that.
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

    /** The card and its cable. */
    List<Argument> card(GuestCard card) {
        String id = "weft-" + card.port();
        Argument device = new Argument("-device", device(card, id));
        return switch (card.device()) {
            case DeviceConfig.VhostUser vhost -> List.of(new Argument("-chardev", "socket,id=" + id + ",path="
                    + escaped(vhost.socket())
                    + (vhost.mode() == Mode.CLIENT ? ",server=on,wait=off" : "," + version.reconnect())),
                    new Argument("-netdev", "vhost-user,id=" + id + ",chardev=" + id
                            + (vhost.queues() > 1 ? ",queues=" + vhost.queues() : "")),
                    device);
            case DeviceConfig.QemuStream stream -> List.of(new Argument("-netdev", stream(card, stream, id)), device);
            case DeviceConfig.QemuDgram dgram -> List.of(new Argument("-netdev", dgram(card, dgram, id)), device);
            case DeviceConfig.Tap _,DeviceConfig.Nic _,DeviceConfig.Pcap _,DeviceConfig.PcapFiles _ ->
                throw new IllegalArgumentException(card.port());
        };
    }

    private String device(GuestCard card, String netdev) {
        String vectors = tcg ? ",vectors=0" : card.queues() > 1 ? ",vectors=" + (2 * card.queues() + 2) : "";
        return "virtio-net-pci,netdev=" + netdev + ",mac=" + card.mac() + ",host_mtu=" + card.mtu() + ",speed="
                + GuestCard.SPEED + ",duplex=full" + (card.queues() > 1 ? ",mq=on" : "") + vectors;
    }

    private String stream(GuestCard card, DeviceConfig.QemuStream stream, String id) {
        requireSocketNetdevs(card);
        String listen = stream.mode() == Mode.CLIENT ? "on" : "off";
        String again = stream.mode() == Mode.SERVER && version.hasStreamReconnect() ? "," + version.reconnect() : "";
        return "stream,id=" + id + ",server=" + listen + ",addr.type=unix,addr.path=" + escaped(stream.socket())
                + again;
    }

    /** What is local to Weft is remote to QEMU. */
    private String dgram(GuestCard card, DeviceConfig.QemuDgram dgram, String id) {
        requireSocketNetdevs(card);
        return "dgram,id=" + id + ",local.type=unix,local.path=" + escaped(dgram.remote())
                + ",remote.type=unix,remote.path=" + escaped(dgram.local());
    }

    private void requireSocketNetdevs(GuestCard card) {
        if (!version.hasSocketNetdevs()) {
            throw new FailedException("port " + card.port() + ": QEMU " + version
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
