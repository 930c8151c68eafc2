package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.LISTEN;
import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Namespace;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a stock client gets of its network's link besides unicast: multicast DNS and ECN; and a key that ends on time. */
@Tag("system")
class VpnLinkTest {
    private static final int MDNS = 5353;
    private static final VpnLab vpn = new VpnLab();

    @AfterEach
    void reset() {
        vpn.reset();
    }

    @AfterAll
    static void close() {
        vpn.close();
    }

    private static MulticastSocket member(Namespace in, String device, int port) {
        return in.call(() -> {
            MulticastSocket socket = new MulticastSocket(port);
            NetworkInterface link = NetworkInterface.getByName(device);
            socket.joinGroup(new InetSocketAddress("224.0.0.251", port), link);
            socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, link);
            socket.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
            socket.setTimeToLive(255);
            socket.setSoTimeout(2000);
            return socket;
        });
    }

    private static void send(DatagramSocket from, int port, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("224.0.0.251"), port));
    }

    private static String received(DatagramSocket by) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        by.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII) + " from "
                + packet.getAddress().getHostAddress();
    }

    @Test
    void shouldLetPeersTakePartInMulticastDns() throws Exception {
        String without = vpn.fabric(peer("alice", vpn.alice.publicKey(), "10.10.0.200"));
        vpn.weft.apply(without.replace("vlan: 10,", "vlan: 10, peer-multicast: [mdns],")).orThrow();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        vpn.alice.wg("peer", vpn.key(), "allowed-ips", "10.10.0.0/24,224.0.0.251/32");
        vpn.alice.namespace().ip("link", "set", vpn.alice.device(), "multicast", "on");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        try (MulticastSocket guest = member(vpn.web.namespace(), "eth0", MDNS);
                MulticastSocket alice = member(vpn.alice.namespace(), vpn.alice.device(), MDNS);
                MulticastSocket other = member(vpn.alice.namespace(), vpn.alice.device(), MDNS + 1)) {
            send(guest, MDNS, "who is there?");
            assertThat(received(alice)).isEqualTo("who is there? from " + WEB);
            send(alice, MDNS, "alice");
            assertThat(received(guest)).isEqualTo("alice from 10.10.0.200");
            send(guest, MDNS + 1, "another port");
            assertThatThrownBy(() -> received(other)).isInstanceOf(SocketTimeoutException.class);
            vpn.weft.apply(without).orThrow();
            send(guest, MDNS, "who is there now?");
            assertThatThrownBy(() -> received(alice)).as("control").isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static boolean isEcn(byte[] frame, int protocol, int ecn) {
        return frame.length > 34 && frame[12] == 8 && frame[13] == 0 && frame[23] == protocol && (frame[15] & 3) == ecn;
    }

    @Test
    void shouldCarryCongestionThroughTheTunnel() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        try (FrameSocket outside = FrameSocket.open(vpn.alice.namespace(), "eth0");
                FrameSocket guest = FrameSocket.open(vpn.web.namespace(), "eth0")) {
            vpn.alice.namespace().run("ping", "-c", "2", "-i", "0.2", "-Q", "2", WEB).orThrow();
            assertThat(outside.await("a datagram that is capable", frame -> isEcn(frame, 17, 2))).isNotEmpty();
            assertThat(guest.received(frame -> isEcn(frame, 1, 3))).as("control: no congestion yet").isEmpty();
            vpn.alice.namespace().run("nft", "add table ip f; add chain ip f out {type filter hook output priority 0;};"
                    + " add rule ip f out udp dport " + LISTEN + " ip ecn set ce").orThrow();
            vpn.alice.namespace().run("ping", "-c", "2", "-i", "0.2", "-Q", "2", WEB).orThrow();
            assertThat(guest.await("a packet that met congestion", frame -> isEcn(frame, 1, 3))).isNotEmpty();
            guest.forget();
            vpn.alice.namespace().run("ping", "-c", "2", "-i", "0.2", WEB).orThrow();
            assertThat(guest.received(frame -> isEcn(frame, 1, 3))).as("a sender that is not capable").isEmpty();
        } finally {
            vpn.alice.namespace().run("nft", "delete", "table", "ip", "f");
        }
    }

    @Test
    void shouldEndTheOldKeyOnTimeThoughTheNewOneIsNotHeard() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        Instant until = Instant.now().plus(4, ChronoUnit.SECONDS).truncatedTo(ChronoUnit.SECONDS);
        vpn.weft.weft("vpn", "rotate", vpn.gateway, "alice", "--until", until.toString(), "--endpoint",
                "vpn.example.org:51820").orThrow();
        assertThat(vpn.alice.reaches(WEB, 1)).as("the old key, before its time is over").isTrue();
        assertThat(vpn.keys()).contains(vpn.alice.publicKey());
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> !vpn.keys().contains(vpn.alice.publicKey()));
        assertThat(Instant.now()).isAfter(until);
        assertThat(vpn.alice.reaches(WEB, 1)).as("the old key, afterwards").isFalse();
        assertThat(vpn.weft.weft("vpn", "rotate", vpn.gateway, "alice", "--now", "--until", until.toString()).ok())
                .isFalse();
    }
}
