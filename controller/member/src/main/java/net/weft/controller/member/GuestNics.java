package net.weft.controller.member;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.DeviceConfig.QemuStream.Mode;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.packet.MacAddress;
import net.weft.v1.GuestNic;
import net.weft.vswitch.device.DeviceOpeners;

/** Describes the vNICs that guests need to connect to ports, from the configuration. */
final class GuestNics {
    private GuestNics() {
    }

    /**
     * Returns the vNIC for a port.
     *
     * @throws IllegalArgumentException with a sentence, if there is no such port or no guest can be connected to it
     */
    static GuestNic of(FabricConfig config, String name) {
        PortConfig port = config.port(name).orElseThrow(() -> new IllegalArgumentException(
                "port " + name + ": there is no such port; `weft show ports` lists those there are"));
        GuestNic.Builder nic = GuestNic.newBuilder().setPort(name)
                .setMtu(config.aggregate(port).mtu().orElse(DeviceOpeners.DEFAULT_MTU))
                .setMac(Stream.concat(port.guard().macs().stream(), port.guard().sharedMacs().stream()).findFirst()
                        .orElseGet(() -> derivedMac(config, name)).toString());
        switch (port.device()) {
            case DeviceConfig.Tap tap ->
                throw new IllegalArgumentException("port " + name + " is of type tap: its interface "
                        + tap.interfaceName() + " is for the host itself, QEMU cannot open it; a guest needs a port of"
                        + " type vhost-user or qemu");
            case DeviceConfig.Nic device ->
                throw new IllegalArgumentException("port " + name + " is of type nic: there is a cable in "
                        + device.interfaceName() + ", no guest; a guest needs a port of type vhost-user or qemu");
            case DeviceConfig.Lag lag -> throw new IllegalArgumentException("port " + name
                    + " is a LAG: a guest is connected to each of its legs, so name these: "
                    + String.join(", ", lag.settings().ports()));
            case DeviceConfig.Pcap _,DeviceConfig.PcapFiles _ ->
                throw new IllegalArgumentException("port " + name + " is of type pcap: no guest is behind it");
            case DeviceConfig.Udp _ ->
                throw new IllegalArgumentException("port " + name + " is a stack link: no guest is behind it");
            case DeviceConfig.WireGuard _ ->
                throw new IllegalArgumentException("port " + name + " is of a VPN gateway: no guest is behind it");
            case DeviceConfig.VhostUser vhost -> nic.setVhostUser(GuestNic.VhostUserCable.newBuilder()
                    .setSocket(vhost.socket()).setWeftListens(vhost.mode() == Mode.SERVER).setQueues(vhost.queues()));
            case DeviceConfig.QemuStream stream -> nic.setStream(GuestNic.StreamCable.newBuilder()
                    .setSocket(stream.socket()).setWeftListens(stream.mode() == Mode.SERVER));
            case DeviceConfig.QemuDgram dgram -> nic.setDatagram(GuestNic.DatagramCable.newBuilder()
                    .setWeftSocket(dgram.local()).setGuestSocket(dgram.remote()));
        }
        return nic.build();
    }

    /**
     * Derives the MAC address for a port that configures none: a hash of the system MAC and the port's name, locally
     * administered, and the same at every call.
     */
    private static MacAddress derivedMac(FabricConfig config, String port) {
        String text = config.systemMac().orElse(MacAddress.ZERO) + " " + port;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            long value = (hash[0] & 0xFC | 0x02);
            for (int n = 1; n < 6; n++) {
                value = value << 8 | hash[n] & 0xFF;
            }
            return new MacAddress(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
