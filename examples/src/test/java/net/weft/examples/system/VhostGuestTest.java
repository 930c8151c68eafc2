package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual machines on {@code vhost-user} ports, started with exactly what {@code weft guest qemu} prints. */
@Tag("system")
class VhostGuestTest {
    @AutoClose
    private final Lab lab = Lab.open("vhost");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");

    /** The words of {@code weft guest qemu} for a machine without KVM. */
    private static List<String> card(WeftProcess weft, String port) {
        return weft.weft("guest", "qemu", port, "--memory", "96M", "--tcg", "--lines").orThrow().out().lines().toList();
    }

    /** The same card with rings of the packed format, or of the split one. */
    private static List<String> packed(List<String> card, String packed) {
        return card.stream().map(word -> word.startsWith("virtio-net-pci,") ? word + ",packed=" + packed : word)
                .toList();
    }

    private String port(String name, String keys) {
        return name + ": {type: vhost-user, socket: " + lab.path(name + ".sock") + ", access: 10, " + keys + "}";
    }

    static Stream<String> packed() {
        return Limit.ways("on", "off");
    }

    @ParameterizedTest
    @MethodSource("packed")
    void shouldWireGuestsWithWhatItPrints(String packed) {
        WeftProcess weft = WeftProcess.up(lab, fabric,
                Fabric.of(port("a", "mode: client"), port("b", "mode: server, mtu: 1400")));
        QemuGuest a = QemuGuest.boot(lab, guests, "a", "weft.ip=10.10.0.1/24", packed(card(weft, "a"), packed));
        QemuGuest b = QemuGuest.boot(lab, guests, "b", "weft.ip=10.10.0.2/24", packed(card(weft, "b"), packed));
        QemuGuest.awaitBoot(a, b);

        for (QemuGuest guest : List.of(a, b)) {
            assertThat(guest.run("cut -c35 /sys/class/net/eth0/device/features").out().strip())
                    .as("VIRTIO_F_RING_PACKED").isEqualTo(packed.equals("on") ? "1" : "0");
        }
        assertThat(a.run("ping -c 2 -W 2 10.10.0.2").ok()).isTrue();
        for (QemuGuest guest : List.of(a, b)) {
            String mac = guest.run("cat /sys/class/net/eth0/address").orThrow().out().strip();
            assertThat(card(weft, guest == a ? "a" : "b").getLast()).contains(",mac=" + mac + ",");
            assertThat(weft.whereIs(mac, 10)).isEqualTo(guest == a ? "a" : "b");
            assertThat(guest.run("cat /sys/class/net/eth0/speed /sys/class/net/eth0/duplex").out().lines())
                    .containsExactly("10000", "full");
        }
        assertThat(a.run("cat /sys/class/net/eth0/mtu").out()).isEqualTo("1500\n");
        assertThat(b.run("cat /sys/class/net/eth0/mtu").out()).isEqualTo("1400\n");

        a.run("dd if=/dev/urandom of=/tmp/payload bs=4000 count=1000 2>/dev/null").orThrow();
        String digest = a.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
        assertThat(a.run("nc 10.10.0.2 5001 < /tmp/payload").out()).startsWith(digest);
    }

    @Test
    void shouldSayThatTheGuestsMemoryIsNotShared() {
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(port("a", "mode: client"), port("b", "mode: client")));
        List<String> none = new ArrayList<>(card(weft, "a"));
        int object = none.indexOf("-object");
        none.subList(object, object + 4).clear();
        QemuGuest a = QemuGuest.boot(lab, guests, "a", "weft.ip=10.10.0.1/24", none);
        List<String> own = new ArrayList<>(card(weft, "b"));
        Collections.replaceAll(own, own.get(object + 1), own.get(object + 1).replace("share=on", "share=off"));
        QemuGuest.awaitBoot(a, QemuGuest.boot(lab, guests, "b", "weft.ip=10.10.0.2/24", own));

        for (String port : List.of("a", "b")) {
            weft.await(port + " is down for its memory", () -> weft.port(port),
                    row -> row.path("state").asString().equals("down")
                            && row.path("reason").asString().equals("guest-violation")
                            && row.path("message").asString()
                                    .startsWith(lab.path(port + ".sock") + ": the guest's memory is not shared: add"
                                            + " -object memory-backend-memfd,id=mem,size=SIZE,share=on"));
        }
    }

    @Test
    void shouldLetInWhomTheSocketIsFor() throws IOException {
        Files.setPosixFilePermissions(lab.path("a.sock").getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        WeftProcess weft = WeftProcess.up(lab, fabric,
                Fabric.of(port("a", "mode: server"), port("b", "mode: server, socket-group: nogroup")));

        Outcome refused = guests.run(qemuOfNobody(weft, "a").toArray(String[]::new));
        assertThat(refused.ok()).isFalse();
        assertThat(refused.err()).contains("Permission denied");

        Process process = guests.program(qemuOfNobody(weft, "b")).redirectErrorStream(true)
                .redirectOutput(lab.path("nobody.qemu").toFile()).start();
        lab.closing(() -> process.destroyForcibly().onExit().join());
        weft.await("nobody's QEMU is connected", () -> weft.port("b"),
                row -> row.path("message").asString().contains("connected; the guest's driver"));
    }

    /** A machine without a system to boot, run by the user {@code nobody}. */
    private List<String> qemuOfNobody(WeftProcess weft, String port) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup",
                "--clear-groups", "qemu-system-x86_64", "-M", "pc", "-accel", "tcg", "-nodefaults", "-no-user-config",
                "-display", "none", "-S", "-global", "virtio-net-pci.romfile="));
        card(weft, port).forEach(word -> command.add(word.replace(",reconnect=1", "")));
        return command;
    }
}
