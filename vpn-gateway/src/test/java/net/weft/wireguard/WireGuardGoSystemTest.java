package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import net.weft.linux.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol beside wireguard-go, over UDP on the loopback of a network namespace. Needs root, wireguard-go, wg and ip. */
@Tag("system")
class WireGuardGoSystemTest {
    private static final String NAMESPACE = "weft-wg-" + ProcessHandle.current().pid();
    private static final String DEVICE = "weftwg0";
    private static final int OUR_PORT = 51820;
    private static final int THEIR_PORT = 51821;
    private static final byte[] OUR_IPV4 = {10, 9, 0, 1};
    private static final byte[] THEIR_IPV4 = {10, 9, 0, 2};
    private static final byte[] OUR_IPV6 = address("fd09::1");
    private static final byte[] THEIR_IPV6 = address("fd09::2");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final long startNs = System.nanoTime();
    private DatagramSocket socket;
    private Process wireguardGo;
    private TestNode node;
    private Peer peer;
    private String theirPrivateKey;

    @BeforeEach
    void begin() throws IOException {
        theirPrivateKey = run("wg", "genkey");
        run("ip", "netns", "add", NAMESPACE);
        inside("ip", "link", "set", "lo", "up");
        wireguardGo = new ProcessBuilder("ip", "netns", "exec", NAMESPACE, "wireguard-go", "-f", DEVICE)
                .redirectErrorStream(true).redirectOutput(directory.resolve("wireguard-go.log").toFile()).start();
        awaitTrue("wireguard-go listens", () -> Files.exists(Path.of("/var/run/wireguard/" + DEVICE + ".sock")));
        socket = open(OUR_PORT);
        byte[] ourKey = new byte[32];
        new SecureRandom().nextBytes(ourKey);
        Random random = new Random(new SecureRandom().nextLong());
        node = new TestNode(ourKey, random, PeerState.NONE, (_, to, datagram) -> send(to, datagram));
        node.unixOffsetNs = System.currentTimeMillis() * 1_000_000 - nowNs();
        PublicKey theirs = PublicKey.of(X25519.publicKey(Base64.getDecoder().decode(theirPrivateKey)));
        peer = node.wireGuard.addPeer(theirs, node.routes);
        node.routes.putIpv4(0x0a090002, 32, peer);
        node.routes.putIpv6(0xfd09L << 48, 2, 128, peer);
        Path key = Files.writeString(directory.resolve("key"), theirPrivateKey);
        inside("wg", "set", DEVICE, "private-key", key.toString(), "listen-port", "" + THEIR_PORT, "peer",
                node.publicKey().toString(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
        inside("ip", "address", "add", "10.9.0.2/24", "dev", DEVICE);
        inside("ip", "address", "add", "fd09::2/64", "dev", DEVICE, "nodad");
        inside("ip", "link", "set", DEVICE, "up", "mtu", "1420");
    }

    @AfterEach
    void end() throws IOException {
        if (socket != null) {
            socket.close();
        }
        wireguardGo.descendants().forEach(ProcessHandle::destroy);
        wireguardGo.destroy();
        run("ip", "netns", "del", NAMESPACE);
    }

    @Test
    void shouldShakeHandsAsInitiatorAndCarryIpv4AndIpv6() {
        peer.endpoint(Endpoint.of(new byte[]{127, 0, 0, 1}, THEIR_PORT));
        pingThem(OUR_IPV4, THEIR_IPV4, 1, 56);
        pingThem(OUR_IPV6, THEIR_IPV6, 2, 1200);
        assertThat(node.wireGuard.refusals().total()).as("refusals but the first packet's").isEqualTo(1);
        assertThat(node.wireGuard.refusals().count(Refusal.NO_SESSION)).isEqualTo(1);
        assertThat(inside("wg", "show", DEVICE, "latest-handshakes")).doesNotEndWith("\t0");
    }

    @Test
    void shouldShakeHandsAsInitiatorOverIpv6() {
        peer.endpoint(Endpoint.of(address("::1"), THEIR_PORT));
        pingThem(OUR_IPV6, THEIR_IPV6, 7, 100);
    }

    @Test
    void shouldAnswerAPeerWithAPresharedKeyAndRefuseAnotherKey() throws IOException {
        byte[] presharedKey = new byte[32];
        new SecureRandom().nextBytes(presharedKey);
        Path file = Files.writeString(directory.resolve("psk"), Base64.getEncoder().encodeToString(presharedKey));
        configurePeer("preshared-key", file.toString(), "endpoint", "127.0.0.1:" + OUR_PORT);
        assertThat(pingUs("10.9.0.1", 1, 2)).as("without our preshared key").isFalse();
        assertThat(node.deliveredFrom).isEmpty();
        assertThat(peer.endpoint()).as("an initiation moves no endpoint").isNull();
        node.wireGuard.presharedKey(peer, presharedKey);
        assertThat(pingUs("10.9.0.1", 3, 12)).isTrue();
        assertThat(pingUs("fd09::1", 3, 5)).isTrue();
        assertThat(peer.endpoint()).hasToString("127.0.0.1:" + THEIR_PORT);
        assertThat(node.handshakesBegun).isZero();
    }

    @Test
    void shouldMakeThePeerShowACookieUnderLoad() throws IOException {
        node.underLoad = true;
        configurePeer("endpoint", "127.0.0.1:" + OUR_PORT);
        assertThat(pingUs("10.9.0.1", 1, 15)).isTrue();
        assertThat(node.wireGuard.refusals().count(Refusal.UNDER_LOAD)).as("cookies given").isEqualTo(1);
    }

    @Test
    void shouldFollowEachOtherThroughMovesAndANewSession() throws IOException {
        peer.endpoint(Endpoint.of(new byte[]{127, 0, 0, 1}, THEIR_PORT));
        pingThem(OUR_IPV4, THEIR_IPV4, 1, 56);
        socket.close();
        socket = open(OUR_PORT + 100);
        pingThem(OUR_IPV4, THEIR_IPV4, 2, 56);
        assertThat(inside("wg", "show", DEVICE, "endpoints")).endsWith("127.0.0.1:" + (OUR_PORT + 100));
        inside("wg", "set", DEVICE, "listen-port", "" + (THEIR_PORT + 100));
        assertThat(pingUs("10.9.0.1", 1, 5)).isTrue();
        assertThat(peer.endpoint()).hasToString("127.0.0.1:" + (THEIR_PORT + 100));
        long before = peer.lastHandshakeNs();
        pumpUntil(() -> {
            node.initiate(peer);
            return peer.lastHandshakeNs() != before;
        }, Duration.ofSeconds(8));
        assertThat(node.handshakesBegun).as("handshakes in all").isEqualTo(2);
        pingThem(OUR_IPV4, THEIR_IPV4, 3, 1372);
    }

    /** Sends one echo request, though not again, and expects its reply. */
    private void pingThem(byte[] from, byte[] to, int sequence, int payloadBytes) {
        node.delivered.clear();
        node.advance(nowNs());
        node.send(peer, TestPackets.echo(from, to, sequence, payloadBytes));
        pumpUntil(() -> node.delivered.stream()
                .anyMatch(p -> TestPackets.isReply(p) && TestPackets.sequence(p) == sequence), PATIENCE);
        assertThat(node.delivered).as("replies").isNotEmpty();
    }

    /** Lets ping run inside while we answer; true if one reply came. */
    private boolean pingUs(String address, int count, int seconds) throws IOException {
        Process ping = new ProcessBuilder("ip", "netns", "exec", NAMESPACE, "ping", "-c", "" + count, "-i", "0.2", "-w",
                "" + seconds, address).redirectErrorStream(true)
                .redirectOutput(directory.resolve("ping.log").toFile()).start();
        pumpUntil(() -> !ping.isAlive(), Duration.ofSeconds(seconds + 5));
        return ping.exitValue() == 0;
    }

    private void pumpUntil(BooleanSupplier done, Duration patience) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        byte[] buffer = new byte[2048];
        while (!done.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(datagram);
                node.advance(nowNs());
                int before = node.delivered.size();
                node.receive(Arrays.copyOf(buffer, datagram.getLength()),
                        Endpoint.of(datagram.getAddress().getAddress(), datagram.getPort()));
                for (byte[] packet : List.copyOf(node.delivered.subList(before, node.delivered.size()))) {
                    byte[] reply = TestPackets.reply(packet);
                    if (reply.length > 0) {
                        node.send(peer, reply);
                    }
                }
            } catch (SocketTimeoutException _) {
                node.advance(nowNs());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        assertThat(done.getAsBoolean()).as("what was waited for, within %s; wireguard-go says %s", patience,
                directory).isTrue();
    }

    private void send(Endpoint to, byte[] datagram) {
        try {
            InetAddress host = InetAddress.getByName(to.isIpv4() ? "127.0.0.1" : "::1");
            socket.send(new DatagramPacket(datagram, datagram.length, host, to.port()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long nowNs() {
        return System.nanoTime() - startNs;
    }

    private void configurePeer(String... settings) {
        List<String> command = new ArrayList<>(
                List.of("wg", "set", DEVICE, "peer", node.publicKey().toString()));
        command.addAll(List.of(settings));
        inside(command.toArray(String[]::new));
    }

    private static DatagramSocket open(int port) {
        try (NetworkNamespace namespace = NetworkNamespace.open("/run/netns/" + NAMESPACE)) {
            return namespace.call(() -> {
                DatagramSocket opened = new DatagramSocket(new InetSocketAddress("::", port));
                opened.setSoTimeout(50);
                return opened;
            });
        }
    }

    private static void awaitTrue(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as("nanoseconds too late: %s", what).isNegative();
            Thread.onSpinWait();
        }
    }

    private static String inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor()).as("%s says %s", String.join(" ", command), output).isZero();
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] address(String text) {
        return Objects.requireNonNull(InetAddress.ofLiteral(text)).getAddress();
    }
}
