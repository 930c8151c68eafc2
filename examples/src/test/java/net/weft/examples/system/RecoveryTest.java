package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes wrong while it runs: the port says why it is down and recovers with the cause, and two others do not notice. */
@Tag("system")
class RecoveryTest {
    private static final int STREAM_RATE = 1000;

    @AutoClose
    private final Lab lab = Lab.open("recover");
    private final Namespace fabric = lab.namespace("switch");
    private final Host left = lab.host("left", fabric, "10.10.0.1/24");
    private final Host right = lab.host("right", fabric, "10.10.0.2/24");

    @Test
    void shouldTakeUpADeviceThatComesGoesAndComesBack() throws Exception {
        WeftProcess weft = WeftProcess.start(lab, fabric, file(nic("late", "access: 10")));
        weft.awaitPort("late", "down", "no-device");
        assertThat(weft.isReady()).isFalse();
        try (PacketStream stream = PacketStream.start(left, right, STREAM_RATE)) {
            Host late = lab.host("late", fabric, "10.10.0.3/24");
            weft.awaitPort("late", "up", "");
            weft.awaitReady();
            assertThat(late.reaches(left.address(), 5)).isTrue();

            fabric.ip("link", "delete", "dev", "late");
            weft.awaitPort("late", "down", "no-device");

            lab.cable(fabric, "late", late.namespace(), "eth0");
            late.namespace().ip("address", "add", late.cidr(), "dev", "eth0");
            weft.awaitPort("late", "up", "");
            assertThat(late.reaches(left.address(), 5)).isTrue();
            assertUndisturbed(stream);
        }
    }

    @Test
    void shouldFollowTheCarrier() {
        WeftProcess weft = up();
        right.namespace().ip("link", "set", "dev", "eth0", "down");
        weft.awaitPort("right", "down", "carrier-down");
        right.namespace().ip("link", "set", "dev", "eth0", "up");
        weft.awaitPort("right", "up", "");
        assertThat(left.reaches(right.address(), 5)).isTrue();
    }

    @Test
    void shouldSayThatASocketIsInUse() throws Exception {
        Path socket = lab.path("guest.sock");
        try (ServerSocketChannel holder = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            holder.bind(UnixDomainSocketAddress.of(socket));
            WeftProcess weft = WeftProcess.start(lab, fabric,
                    file("guest: {type: qemu, transport: stream, mode: server, socket: " + socket + ", access: 10}"));
            weft.awaitPort("guest", "down", "device-in-use");
            assertThat(left.reaches(right.address(), 5)).isTrue();

            holder.close();
            weft.awaitPort("guest", "down", "waiting-for-guest");
            try (SocketChannel guest = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                weft.awaitPort("guest", "up", "");
                assertThat(guest.isConnected()).isTrue();
            }
            weft.awaitPort("guest", "down", "waiting-for-guest");
        }
        assertThat(Files.exists(socket)).as("the path that Weft listens at").isTrue();
    }

    @Test
    void shouldSurviveAGuestThatDiesInTheMiddleOfAFrame() throws Exception {
        Path socket = lab.path("guest.sock");
        WeftProcess weft = up(
                "guest: {type: qemu, transport: stream, mode: server, socket: " + socket + ", access: 10}");
        byte[] frame = Frames.frame(Frames.BROADCAST, "02:00:00:00:0e:01", "whole");
        try (FrameSocket eyes = left.frames(); PacketStream stream = PacketStream.start(left, right, STREAM_RATE)) {
            for (int cut : List.of(1, 3, 4, 5, 20, frame.length + 3)) {
                sendCut(socket, frame, cut);
                weft.awaitPort("guest", "down", "waiting-for-guest");
            }
            assertThat(eyes.received(Frames.marked("whole"))).as("no part of a frame is forwarded").isEmpty();

            sendCut(socket, frame, frame.length + 4);
            eyes.await("control: the whole frame", Frames.marked("whole"));
            assertUndisturbed(stream);
        }
    }

    /** What no network card would deliver: frames that end within their header or their tag. */
    @Test
    void shouldDropAndCountFramesThatEndTooSoon() throws Exception {
        Path socket = lab.path("guest.sock");
        WeftProcess weft = up(
                "guest: {type: qemu, transport: stream, mode: server, socket: " + socket + ", trunk: {allowed: [10]}}");
        byte[] whole = Frames.tagged(Frames.BROADCAST, "02:00:00:00:0e:03", "whole", Frames.tag(10));
        try (SocketChannel guest = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                FrameSocket eyes = left.frames()) {
            weft.awaitPort("guest", "up", "");
            for (int length = 1; length < 18; length++) {
                guest.write(ByteBuffer.allocate(4 + length).putInt(length).put(whole, 0, length).flip());
            }
            guest.write(ByteBuffer.allocate(4 + whole.length).putInt(whole.length).put(whole).flip());
            eyes.await("control: the whole frame", Frames.marked("whole"));
            assertThat(eyes.received(frame -> frame.length < 18)).isEmpty();
            weft.await("all are accounted for", () -> weft.drops("guest", "malformed"), dropped -> dropped == 17);
        }
    }

    @Test
    void shouldRefuseAGuestsImpossibleLength() throws Exception {
        Path socket = lab.path("guest.sock");
        WeftProcess weft = up(
                "guest: {type: qemu, transport: stream, mode: server, socket: " + socket + ", access: 10}");
        for (int length : new int[]{-1, Integer.MAX_VALUE, 1 << 20, 0}) {
            try (SocketChannel guest = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                guest.write(ByteBuffer.allocate(64).putInt(0, length));
                weft.await("length " + length + " does not stop the switch", () -> left.reaches(right.address(), 1),
                        reached -> reached);
            }
        }
        weft.awaitPort("guest", "down", "");
        byte[] frame = Frames.frame(Frames.BROADCAST, "02:00:00:00:0e:02", "after");
        try (FrameSocket eyes = left.frames()) {
            sendCut(socket, frame, frame.length + 4);
            eyes.await("the next guest's frame", Frames.marked("after"));
        }
    }

    @Test
    void shouldRefuseAFileAndChangeNothing() {
        WeftProcess weft = up();
        var refused = weft.apply(
                Fabric.of(nic("left", "access: 4095"), nic("right", "acces: 10"), "third: {type: nic, access: 10}"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines()).as("every fault on a line of its own")
                .anySatisfy(line -> assertThat(line).contains("ports.left.access", "4095", "1-4094"))
                .anySatisfy(line -> assertThat(line).contains("ports.right", "acces"))
                .anySatisfy(line -> assertThat(line).contains("ports.third", "device"));
        assertThat(left.reaches(right.address(), 5)).isTrue();
        assertThat(weft.show("ports")).hasSize(2);
    }

    @Test
    void shouldFindNothingInTheWayAfterKill9() {
        Path socket = lab.path("guest.sock");
        WeftProcess weft = up("host: {type: tap, device: weft0, access: 10}",
                "guest: {type: qemu, transport: stream, mode: server, socket: " + socket + ", access: 10}");
        String before = settings();
        assertThat(left.reaches(right.address(), 5)).isTrue();

        weft.kill();
        assertThat(weft.devices()).as("a tap goes with its switch").doesNotContain("weft0");
        weft.restart();

        for (String port : List.of("left", "right", "host")) {
            weft.awaitPort(port, "up", "");
        }
        weft.awaitPort("guest", "down", "waiting-for-guest");
        assertThat(left.reaches(right.address(), 5)).isTrue();
        assertThat(settings()).isEqualTo(before);
    }

    @Test
    void shouldGiveBackWhatItChangedOnADevice() {
        String before = settings();
        WeftProcess weft = up();
        assertThat(left.reaches(right.address(), 5)).isTrue();
        weft.kill();
        weft.restart();
        weft.close();
        assertThat(settings()).as("after kill -9, a restart and an orderly end").isEqualTo(before);
    }

    private WeftProcess up(String... more) {
        return WeftProcess.up(lab, fabric, file(more));
    }

    /** Two ports that are well, and these. */
    private static String file(String... more) {
        String[] ports = new String[more.length + 2];
        ports[0] = nic("left", "access: 10");
        ports[1] = nic("right", "access: 10");
        System.arraycopy(more, 0, ports, 2, more.length);
        return Fabric.of(ports);
    }

    /** What Weft may change on a network card: flags, offloads, filters, the host's own stack on it. */
    private String settings() {
        StringBuilder settings = new StringBuilder();
        for (String device : List.of("left", "right")) {
            settings.append(fabric.run("ip", "-d", "-o", "link", "show", "dev", device).orThrow().out()
                    .replaceAll(" (qlen|state|mode|promiscuity|allmulti|gso\\S*|gro\\S*|tso\\S*) \\S+", ""));
            settings.append(fabric.run("ethtool", "-k", device).orThrow().out());
            settings.append(fabric.run("tc", "qdisc", "show", "dev", device).orThrow().out());
            settings.append(fabric.run("sysctl", "net.ipv6.conf." + device + ".disable_ipv6").orThrow().out());
        }
        settings.append(fabric.run("nft", "list", "ruleset").orThrow().out());
        return settings.toString();
    }

    private static void assertUndisturbed(PacketStream stream) throws InterruptedException {
        assertThat(stream.stopAndCountLost()).as("lost of " + stream.sent()).isZero();
        assertThat(stream.sent()).isGreaterThan(STREAM_RATE / 10);
        assertThat(stream.doubled()).isZero();
    }

    /** A QEMU that sends the first {@code bytes} of a length and a frame, and dies. */
    private static void sendCut(Path socket, byte[] frame, int bytes) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).flip().limit(bytes);
        try (SocketChannel guest = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            while (message.hasRemaining()) {
                guest.write(message);
            }
        }
    }
}
