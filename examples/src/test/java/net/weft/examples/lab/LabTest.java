package net.weft.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The laboratory without Weft in it: guests cabled to each other, hosts cabled to another switch. */
@Tag("system")
class LabTest {
    private static final long SEED = 7;

    @AutoClose
    private final Lab lab = Lab.open("self");

    @Test
    void shouldBootGuestsThatReachEachOtherOverDatagrams() {
        Path left = lab.path("left.sock");
        Path right = lab.path("right.sock");
        Namespace guests = lab.namespace("guests");
        QemuGuest a = QemuGuest.start(lab, guests, "a", "02:00:00:00:00:0a", "weft.ip=10.0.0.1/24", dgram(left, right));
        QemuGuest b = QemuGuest.start(lab, guests, "b", "02:00:00:00:00:0b", "weft.ip=10.0.0.2/24", dgram(right, left));

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
        assertThat(client.run("ping -c 1 -W 2 10.0.0.1").ok()).isTrue();

        client.restart();

        assertThat(client.run("ping -c 2 -W 2 10.0.0.1").ok()).isTrue();
        assertThat(server.run("ip -o link").out()).contains("eth0.10@eth0");
    }

    @Test
    void shouldSegmentHostsBehindAnOpenVSwitch() throws Exception {
        Namespace fabric = lab.namespace("fabric");
        OvsPeer peer = OvsPeer.start(lab, fabric, false);
        Host a = lab.host("a", fabric, "10.10.0.1/24");
        Host b = lab.host("b", fabric, "10.10.0.2/24");
        Host trunk = lab.host("trunk", fabric, "10.30.0.1/24");
        for (Host host : List.of(a, b, trunk)) {
            fabric.run("ethtool", "-K", host.cable(), "tx", "off").orThrow();
            host.namespace().run("ethtool", "-K", Host.DEVICE, "tx", "off").orThrow();
        }
        peer.add("a", "tag=10");
        peer.add("b", "tag=10");
        peer.add("trunk", "trunks=10,20");
        peer.addInternal("mgmt", "10.10.0.9/24", "tag=10");
        Transfer.serve(lab, b.namespace());
        byte[] payload = Transfer.payload(SEED, 1_000_000);

        assertThat(a.reaches("10.10.0.2", 10)).isTrue();
        assertThat(a.reaches("10.10.0.9", 10)).isTrue();
        assertThat(Transfer.send(a.namespace(), b.endpoint(Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));
        try (FrameSocket out = trunk.frames(); FrameSocket in = a.frames()) {
            in.send(Frames.frame(Frames.BROADCAST, a.mac(), "from-a"));
            assertThat(Frames.firstTag(out.await("the frame of a", Frames.marked("from-a")))).isEqualTo(Frames.tag(10));
            out.send(Frames.tagged(Frames.BROADCAST, trunk.mac(), "other-vlan", Frames.tag(20)));
            out.send(Frames.tagged(Frames.BROADCAST, trunk.mac(), "same-vlan", Frames.tag(10)));
            assertThat(Frames.tags(in.await("the frame of the trunk", Frames.marked("same-vlan")))).isZero();
            assertThat(in.received(Frames.marked("other-vlan"))).isEmpty();
        }
    }

    @Test
    void shouldLeaveNothingBehind() {
        Process forgotten;
        Path file;
        try (Lab other = Lab.open("other")) {
            Namespace namespace = other.namespace("one");
            Host host = other.host("two", namespace, "10.0.0.1/24");
            file = other.path("file");
            forgotten = host.namespace().call(() -> host.namespace().program(List.of("sleep", "600")).start());
            assertThat(host.devices()).containsExactlyInAnyOrder("eth0", "lo");
        }

        assertThat(forgotten.onExit()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(file.getParent()).doesNotExist();
        assertThat(Programs.run("ip", "netns", "list").out()).doesNotContain("-other-");
    }

    private static String dgram(Path local, Path remote) {
        return "dgram,local.type=unix,local.path=" + local + ",remote.type=unix,remote.path=" + remote;
    }
}
