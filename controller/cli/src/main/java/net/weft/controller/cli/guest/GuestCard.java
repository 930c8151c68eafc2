package net.weft.controller.cli.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;

import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.packet.MacAddress;
import net.weft.vswitch.device.DeviceOpeners;

/**
 * The network card of a guest, as the configuration of its port has it.
 *
 * @param port name of the port
 * @param device what a guest can be plugged into: never a tap or nic
 * @param mtu bytes of payload the guest may send in a frame
 * @param mac one that the port's guard lets pass
 */
record GuestCard(String port, DeviceConfig device, int mtu, MacAddress mac) {
    /** Mb/s: what a guest's bonding wants to know. Nothing is slowed down to it. */
    static final int SPEED = 10_000;

    /** @throws FailedException if there is no such port, or none that a guest can be plugged into */
    static GuestCard of(FabricConfig config, String name) {
        PortConfig port = config.port(name)
                .orElseThrow(() -> new FailedException("port " + name
                        + ": there is no such port; `weft show ports` lists those there are"));
        switch (port.device()) {
            case DeviceConfig.Tap tap -> throw new FailedException("port " + name + " is of type tap: its interface "
                    + tap.interfaceName() + " is for the host itself, QEMU cannot open it; a guest needs a port of type"
                    + " vhost-user or qemu");
            case DeviceConfig.Nic nic -> throw new FailedException("port " + name + " is of type nic: there is a cable"
                    + " in " + nic.interfaceName() + ", no guest; a guest needs a port of type vhost-user or qemu");
            case DeviceConfig.Pcap _,DeviceConfig.PcapFiles _ -> throw new FailedException("port " + name
                    + " is of type pcap: no guest is behind it");
            case DeviceConfig.VhostUser _,DeviceConfig.QemuStream _,DeviceConfig.QemuDgram _ -> {
            }
        }
        return new GuestCard(name, port.device(), port.mtu().orElse(DeviceOpeners.DEFAULT_MTU),
                Stream.concat(port.guard().macs().stream(), port.guard().sharedMacs().stream()).findFirst()
                        .orElseGet(() -> mac(config, name)));
    }

    /** Of a port that names none. The same at every call: of the hash of the fabric's own MAC and the port's name, locally administered. */
    private static MacAddress mac(FabricConfig config, String port) {
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

    /** Whether the card's rings lie in the guest's memory, which must then be shared. */
    boolean needsSharedMemory() {
        return device instanceof DeviceConfig.VhostUser;
    }

    /** Queue pairs. */
    int queues() {
        return device instanceof DeviceConfig.VhostUser vhost ? vhost.queues() : 1;
    }
}
