package net.weft.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The laboratory's guests without Weft between them, cabled to each other. */
@Tag("system")
class LabGuestsProof {
    @AutoClose
    private final Lab lab = Lab.open("self");

    @Test
    void shouldBootGuestsThatReachEachOtherOverDatagrams() {
        Path left = lab.path("left.sock");
        Path right = lab.path("right.sock");
        Namespace guests = lab.namespace("guests");
        QemuGuest a = QemuGuest.start(lab, guests, "a", "02:00:00:00:00:0a", "weft.ip=10.0.0.1/24", dgram(left, right));
        QemuGuest b = QemuGuest.start(lab, guests, "b", "02:00:00:00:00:0b", "weft.ip=10.0.0.2/24", dgram(right, left));
        QemuGuest.awaitBoot(a, b);

        assertThat(a.run("ping -c 2 -W 2 10.0.0.2").ok()).isTrue();
        assertThat(a.run("ping -c 1 -W 1 10.0.0.3").ok()).as("nobody there").isFalse();
        String digest = b
                .run("dd if=/dev/urandom of=/tmp/payload bs=1k count=500 2>/dev/null; sha256sum < /tmp/payload").out();
        assertThat(b.run("nc 10.0.0.1 5001 < /tmp/payload").out()).isEqualTo(digest);
        assertThat(a.run("nc 10.0.0.2 5002 < /dev/null | sha256sum").out()).isEqualTo(digest);
    }

    @Test
    void shouldBootAGuestAgainOnTheSameStream() {
        Path socket = lab.path("stream.sock");
        Namespace guests = lab.namespace("guests");
        QemuGuest server = QemuGuest.start(lab, guests, "server", "02:00:00:00:00:0a",
                "weft.ip=10.0.0.1/24 weft.vlan=10",
                "stream,server=on,addr.type=unix,addr.path=" + socket);
        QemuGuest client = QemuGuest.start(lab, guests, "client", "02:00:00:00:00:0b",
                "weft.ip=10.0.0.2/24 weft.vlan=10",
                "stream,server=off,addr.type=unix,addr.path=" + socket);
        QemuGuest.awaitBoot(server, client);
        assertThat(client.run("ping -c 1 -W 2 10.0.0.1").ok()).isTrue();

        client.restart();

        assertThat(client.run("ping -c 2 -W 2 10.0.0.1").ok()).isTrue();
        assertThat(server.run("ip -o link").out()).contains("eth0.10@eth0");
    }

    private static String dgram(Path local, Path remote) {
        return "dgram,local.type=unix,local.path=" + local + ",remote.type=unix,remote.path=" + remote;
    }
}
