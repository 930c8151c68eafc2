package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.weft.examples.lab.QemuGuest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Linux kernel's own WireGuard, in a machine of its own, as a client of the gateway. */
@Tag("system")
class VpnKernelTest {
    private static final String OUTSIDE = "198.51.90.1";

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    private QemuGuest machine() {
        vpn.namespace.ip("tuntap", "add", "dev", "kernelwan", "mode", "tap");
        vpn.namespace.ip("address", "add", OUTSIDE + "/24", "dev", "kernelwan");
        vpn.namespace.ip("link", "set", "kernelwan", "up");
        List<String> card = new ArrayList<>(
                List.of("-m", "96", "-netdev", "tap,id=cable,ifname=kernelwan,script=no,downscript=no",
                        "-device", "virtio-net-pci,netdev=cable,mac=02:57:4c:00:01:01"));
        card.addAll(QemuGuest.withProgram(vpn.lab, Path.of("/usr/bin/wg")));
        QemuGuest machine = QemuGuest.boot(vpn.lab, vpn.namespace, "kernel", "weft.ip=198.51.90.2/24", card);
        QemuGuest.awaitBoot(machine);
        return machine;
    }

    @Test
    void shouldServeTheKernelsWireGuard() {
        vpn.web.ipv6("fd00:10::11/64");
        QemuGuest machine = machine();
        machine.run(
                "ip link add wg0 type wireguard && wg genkey >/tmp/key && wg set wg0 private-key /tmp/key listen-port 51900")
                .orThrow();
        String key = machine.run("wg show wg0 public-key").orThrow().out().strip();
        vpn.weft.apply(vpn.fabric(peer("kernel", key, "10.10.0.200, \"fd00:10::200\""))).orThrow();
        machine.run("wg set wg0 peer " + vpn.key() + " endpoint " + OUTSIDE + ":" + VpnLab.LISTEN
                + " allowed-ips 10.10.0.0/24,fd00:10::/64 && ip addr add 10.10.0.200/24 dev wg0"
                + " && ip -6 addr add fd00:10::200/64 dev wg0 && ip link set wg0 mtu 1420 up").orThrow();
        assertThat(machine.run("ping -c 1 -W 8 " + WEB).ok()).as("IPv4 to the guest of the tenant").isTrue();
        assertThat(machine.run("ping -6 -c 1 -W 8 fd00:10::11").ok()).as("IPv6 to the guest of the tenant").isTrue();
        assertThat(machine.run("ping -c 1 -W 5 -s 1392 " + WEB).ok()).as("a packet of the whole MTU").isTrue();
        assertThat(vpn.web.reaches("10.10.0.200", 3)).as("the other way").isTrue();
        assertThat(vpn.row(key).path("endpoint").asString()).isEqualTo("198.51.90.2:51900");
        assertThat(machine.run("wg show wg0 latest-handshakes").orThrow().out()).doesNotContain("\t0");

        machine.run("wg set wg0 listen-port 51901").orThrow();
        assertThat(machine.run("ping -c 1 -W 5 " + WEB).ok()).as("from another port").isTrue();
        assertThat(vpn.row(key).path("endpoint").asString()).isEqualTo("198.51.90.2:51901");
        machine.run("wg set wg0 peer " + vpn.key() + " allowed-ips 10.10.0.0/24,10.20.0.0/24").orThrow();
        assertThat(machine.run("ping -c 1 -W 1 10.20.0.1").ok()).as("a network of nobody").isFalse();
        vpn.weft.apply(vpn.fabric("")).orThrow();
        assertThat(machine.run("ping -c 1 -W 1 " + WEB).ok()).as("after it was removed").isFalse();
    }
}
