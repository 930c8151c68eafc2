package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import net.weft.examples.lab.Accounts;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FinishedFrames;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Virtual machines on {@code vhost-user} ports, of which Weft listens for one and connects to the other. Both in VLAN 10, and with
 * them a machine in VLAN 20 that must hear nothing, or a host behind a cable that carries no offload.
 */
@Tag("system")
@Tag("alone")
class VhostTrafficTest {
    private static final int MTU = 1500;
    private static final int PAYLOAD_BYTES = 8 << 20;
    /** Frames of this size on average cannot have been cut on the way. */
    private static final long SUPER_FRAME_BYTES = 20_000;
    /** Lets a sender fill super-frames to 64 KB however slow the emulated processor makes the answers. */
    private static final String FULL_FRAMES = "sysctl -q -w net.ipv4.tcp_tso_rtt_log=30";

    private static final String ZONES = """
            zones: {web: {}, db: {}}
            policies:
              - {name: sql, from: [web], to: [db], match: [tcp/5001], action: allow}
            """;

    /** No solicitations or reports of the guest's own. */
    private static final String SILENT = "sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1";

    @AutoClose
    private final Lab lab = Lab.open("carry");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");

    @Test
    void shouldWireGuestsAndKeepVlansApart() {
        WeftProcess weft = WeftProcess.up(lab, fabric, fabricYaml(20));
        weft.awaitPort("a", "down", "waiting-for-guest");
        QemuGuest a = guest(weft, "a", "weft.ip=10.10.0.1/24");
        QemuGuest b = guest(weft, "b", "weft.ip=10.10.0.2/24");
        QemuGuest c = guest(weft, "c", "weft.ip=10.10.0.3/24");
        QemuGuest.awaitBoot(a, b, c);
        long heardBefore = counter(c, "rx_packets");

        assertThat(a.run("ping -c 3 -W 2 10.10.0.2").ok()).isTrue();
        assertTransfer(a, "10.10.0.2");
        assertTransfer(b, "10.10.0.1");
        assertThat(weft.whereIs(a.mac(), 10)).isEqualTo("a");
        assertThat(weft.whereIs(b.mac(), 10)).isEqualTo("b");

        String flooded = "arp -s 10.10.0.77 02:00:00:00:10:77; ping -c 3 -W 1 10.10.0.77; arping -c 3 -w 3 -I eth0 10.10.0.99";
        long floodedBefore = counter(b, "rx_packets");
        a.run(flooded);
        assertThat(counter(b, "rx_packets") - floodedBefore).as("control: VLAN 10 hears what is flooded")
                .isGreaterThanOrEqualTo(6);
        assertThat(a.run("ping -c 2 -W 1 10.10.0.3").ok()).as("from VLAN 10 to VLAN 20").isFalse();
        assertThat(c.run("ping -c 2 -W 1 10.10.0.1").ok()).as("from VLAN 20 to VLAN 10").isFalse();
        assertThat(counter(c, "rx_packets")).as("frames that VLAN 20 heard").isEqualTo(heardBefore);

        weft.apply(fabricYaml(10)).orThrow();
        assertThat(a.run("ping -c 3 -W 2 10.10.0.3").ok()).as("control: the same machine in VLAN 10").isTrue();
        assertThat(counter(c, "rx_packets")).isGreaterThan(heardBefore);
        assertZones(weft, a, b);
    }

    /** The first may open one service of the second, and nothing else may. */
    private void assertZones(WeftProcess weft, QemuGuest a, QemuGuest b) {
        weft.apply(fabricYaml(10).replace("a.sock, access: 10", "a.sock, access: 10, zone: web")
                .replace("b.sock, access: 10", "b.sock, access: 10, zone: db") + ZONES).orThrow();
        assertThat(a.run(service("10.10.0.2")).ok()).as("what its policy allows").isTrue();
        assertThat(a.run("ping -c 1 -W 1 10.10.0.2").ok()).as("another protocol").isFalse();
        assertThat(b.run(service("10.10.0.1")).ok()).as("the other way").isFalse();
        assertThat(weft.drops("a", "zone-denied")).isPositive();
        assertThat(weft.drops("b", "zone-denied")).isPositive();

        weft.apply(fabricYaml(10)).orThrow();
        assertThat(a.run("ping -c 1 -W 2 10.10.0.2").ok()).as("control: no zones").isTrue();
        assertThat(b.run(service("10.10.0.1")).ok()).isTrue();
    }

    private static String service(String address) {
        return "echo hello | nc -w 2 " + address + " 5001";
    }

    /** As many frames leave as came in, of tens of kilobytes each, counted by Weft on both sides and by the guest that receives them. */
    @Test
    void shouldCarrySuperFramesWhole() {
        WeftProcess weft = WeftProcess.up(lab, fabric, fabricYaml(20));
        QemuGuest a = guest(weft, "a", "weft.ip=10.10.0.1/24");
        QemuGuest b = guest(weft, "b", "weft.ip=10.10.0.2/24");
        QemuGuest.awaitBoot(a, b);
        assertThat(b.run("ping -c 1 -W 2 10.10.0.1").ok()).isTrue();
        String digest = makePayload(a);
        a.run(SILENT).orThrow();
        b.run(SILENT).orThrow();
        long guestFrames = counter(b, "rx_packets");
        long guestBytes = counter(b, "rx_bytes");
        long in = weft.counter("a", "rx-packets");
        long out = weft.counter("b", "tx-packets");
        long outBytes = weft.counter("b", "tx-bytes");

        assertThat(b.run("nc 10.10.0.1 5002 </dev/null | sha256sum").orThrow().out()).startsWith(digest);

        long frames = weft.await("what came in has left", () -> weft.counter("a", "rx-packets") - in,
                received -> received == weft.counter("b", "tx-packets") - out);
        assertThat(counter(b, "rx_packets") - guestFrames).as("frames that the guest received").isEqualTo(frames);
        assertThat(counter(b, "rx_bytes") - guestBytes).isEqualTo(weft.counter("b", "tx-bytes") - outBytes);
        long mean = (counter(b, "rx_bytes") - guestBytes) / frames;
        Accounts.assertBalance(weft);
        System.out.printf("proof: %d MB of TCP between guests: %d frames sent, as many received, %d bytes on average%n",
                PAYLOAD_BYTES >> 20, frames, mean);
        assertThat(mean).isGreaterThan(SUPER_FRAME_BYTES);
    }

    @Test
    void shouldFinishFramesForAPortWithoutOffload() throws Exception {
        Host host = lab.host("host", fabric, "10.10.0.9/24");
        fabric.run("ethtool", "-K", "host", "tx", "off", "tso", "off", "gso", "off").orThrow();
        host.namespace().run("ethtool", "-K", "eth0", "tx", "off", "rx", "off", "gro", "off").orThrow();
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(listening("a", 10), nic("host", "access: 10")));
        QemuGuest a = guest(weft, "a", "weft.ip=10.10.0.1/24");
        QemuGuest.awaitBoot(a);
        String digest = makePayload(a);
        long in = weft.counter("a", "rx-packets");
        long inBytes = weft.counter("a", "rx-bytes");
        List<byte[]> frames;
        try (FrameSocket eyes = host.frames()) {
            InetSocketAddress source = new InetSocketAddress("10.10.0.1", Transfer.PAYLOAD_PORT);
            assertThat(Transfer.fetch(host.namespace(), source)).isEqualTo(digest);
            frames = eyes.received(FinishedFrames::isTcp);
        }
        long received = weft.counter("a", "rx-packets") - in;
        long mean = (weft.counter("a", "rx-bytes") - inBytes) / received;
        int longest = frames.stream().mapToInt(frame -> frame.length).max().orElse(0);
        System.out.printf("proof: %d MB from a guest to a plain cable: %d frames in, %d bytes on average; "
                + "%d frames captured on the cable, %d bytes at most, every checksum right%n", PAYLOAD_BYTES >> 20,
                received, mean,
                frames.size(), longest);
        assertThat(mean).as("control: the guest leaves cutting to others").isGreaterThan(2 * MTU);
        assertThat(frames).as("the capture keeps what it can").hasSizeGreaterThan(1000);
        assertThat(frames).allSatisfy(frame -> assertThat(FinishedFrames.fault(frame, MTU)).isEmpty());
        byte[] payload = Transfer.payload(1, PAYLOAD_BYTES / 4);
        assertThat(Transfer.send(host.namespace(), new InetSocketAddress("10.10.0.1", Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));
    }

    /** A megabyte whose digest is computed on the far side. */
    private static void assertTransfer(QemuGuest from, String to) {
        from.run("dd if=/dev/urandom of=/tmp/sent bs=4000 count=250 2>/dev/null").orThrow();
        String digest = from.run("sha256sum < /tmp/sent").orThrow().out().split(" ", 2)[0];
        assertThat(from.run("nc " + to + " 5001 < /tmp/sent").out()).startsWith(digest);
    }

    /** Makes the file that a guest's payload service sends, and returns its digest. */
    private static String makePayload(QemuGuest guest) {
        guest.run(FULL_FRAMES + "; dd if=/dev/urandom of=/tmp/payload bs=1M count=" + (PAYLOAD_BYTES >> 20)
                + " 2>/dev/null").orThrow();
        return guest.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
    }

    private static long counter(QemuGuest guest, String name) {
        return Long.parseLong(guest.run("cat /sys/class/net/eth0/statistics/" + name).orThrow().out().strip());
    }

    private QemuGuest guest(WeftProcess weft, String port, String settings) {
        return QemuGuest.onPort(lab, guests, weft, port, settings);
    }

    /** Without loop probes, which guests would hear: frames are counted. */
    private String fabricYaml(int vlanOfC) {
        return Fabric.of(listening("a", 10),
                "b: {type: vhost-user, mode: client, socket: " + socket("b")
                        + ", access: 10, loop-probes: off}",
                listening("c", vlanOfC));
    }

    private String listening(String name, int vlan) {
        return name + ": {type: vhost-user, mode: server, socket: " + socket(name) + ", access: " + vlan
                + ", loop-probes: off}";
    }

    private Path socket(String name) {
        return lab.path(name + ".sock");
    }
}
