package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.LISTEN;
import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Namespace;
import net.weft.testing.Seed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever replays, a tenant who wants more than his own, and a guest that calls peers who do not answer. */
@Tag("system")
class VpnHostileTest {
    private static final int INITIATION = 1;
    private static final int DATA = 4;
    private static final int UDP_PAYLOAD = 42;
    private static final String THIEF = "203.0.114.2";

    @SuppressWarnings("NullAway.Init")
    private static VpnLab vpn;
    @SuppressWarnings("NullAway.Init")
    private static Namespace thief;

    @BeforeAll
    static void open() {
        vpn = new VpnLab();
        thief = vpn.lab.namespace("thief");
        vpn.lab.cable(vpn.namespace, "thiefwan", thief, "eth0");
        vpn.namespace.ip("address", "add", "203.0.114.1/24", "dev", "thiefwan");
        thief.ip("address", "add", THIEF + "/24", "dev", "eth0");
    }

    @AfterAll
    static void close() {
        vpn.close();
    }

    @AfterEach
    void reset() {
        vpn.reset();
    }

    private static boolean isMessage(byte[] frame, int type) {
        return frame.length > UDP_PAYLOAD + 16 && frame[12] == 8 && frame[13] == 0 && frame[23] == 17
                && frame[UDP_PAYLOAD] == type
                && frame[UDP_PAYLOAD + 1] == 0;
    }

    /** Sends payloads of captured frames from the thief's address; asserts that nothing comes back. */
    private static void replay(List<byte[]> frames) throws Exception {
        try (DatagramSocket socket = thief.call(() -> new DatagramSocket())) {
            for (byte[] frame : frames) {
                byte[] payload = Arrays.copyOfRange(frame, UDP_PAYLOAD, frame.length);
                socket.send(new DatagramPacket(payload, payload.length, InetAddress.ofLiteral("203.0.114.1"), LISTEN));
            }
            socket.setSoTimeout(500);
            assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[2000], 2000)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void shouldGiveNothingToWhoReplaysOverARestartEither() throws Exception {
        vpn.applyBoth();
        List<byte[]> captured = new ArrayList<>();
        try (FrameSocket frames = FrameSocket.open(vpn.namespace, vpn.alice.cable())) {
            vpn.connect(vpn.alice, "10.10.0.200/32");
            assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
            captured.add(frames.await("an initiation", frame -> isMessage(frame, INITIATION)));
            captured.add(frames.await("a data packet", frame -> isMessage(frame, DATA)));
        }
        long replayed = vpn.drops("replayed");
        replay(captured);
        vpn.weft.await("both are counted", () -> vpn.drops("replayed"), drops -> drops == replayed + 2);
        String endpoint = vpn.alice.address() + ":51900";
        assertThat(vpn.row(vpn.alice.publicKey()).path("endpoint").asString()).isEqualTo(endpoint);
        assertThat(vpn.alice.reaches(WEB, 1)).as("alice's session").isTrue();

        vpn.weft.close();
        vpn.weft.restart();
        replay(captured);
        vpn.weft.await("the initiation is counted", () -> vpn.drops("replayed"), drops -> drops == 1);
        vpn.weft.await("the packet is counted", () -> vpn.drops("not-authenticated"), drops -> drops > 0);
        assertThat(vpn.row(vpn.alice.publicKey()).path("endpoint").asString()).as("after a restart").isEmpty();
        vpn.alice.disconnect();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 8)).as("alice herself, after the restart").isTrue();
        assertThat(vpn.row(vpn.alice.publicKey()).path("endpoint").asString()).isEqualTo(endpoint);
    }

    @Test
    void shouldShowATenantHisOwnPeersAndNoKeyOfTheGateway() {
        vpn.weft.apply(vpn.fabric(peer("alice", vpn.alice.publicKey(), "10.10.0.200"),
                peer("bob", vpn.bob.publicKey(), "10.10.0.201").replace("acme/web", "globex/web"))).orThrow();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        String globex = vpn.gateway + ".110";
        String shown = vpn.wg("showconf", globex).orThrow().out() + vpn.wg("show", globex, "dump").orThrow().out();
        assertThat(shown).contains(vpn.bob.publicKey()).doesNotContain(vpn.alice.publicKey(), "PrivateKey", vpn.key());
        assertThat(vpn.wg("showconf", vpn.gateway).orThrow().out()).as("control: the operator's device")
                .contains(vpn.alice.publicKey(), "PrivateKey");

        String key = vpn.file(vpn.wg("genkey").orThrow().out());
        assertThat(vpn.wg("set", globex, "private-key", key).ok()).as("private key").isFalse();
        assertThat(vpn.wg("set", globex, "listen-port", "7").ok()).as("port").isFalse();
        assertThat(vpn.wg("set", globex, "fwmark", "1").ok()).as("fwmark").isFalse();
        assertThat(vpn.wg("set", globex, "peer", vpn.alice.publicKey(), "allowed-ips", "10.10.0.222/32").ok())
                .as("a foreign peer").isFalse();
        vpn.wg("set", globex, "peer", vpn.alice.publicKey(), "remove").orThrow();
        assertThat(vpn.keys()).contains(vpn.alice.publicKey(), vpn.bob.publicKey());
        vpn.wg("set", globex, "peer", vpn.bob.publicKey(), "allowed-ips", "10.10.0.200/32").orThrow();
        assertThat(vpn.alice.reaches(WEB, 1)).as("alice, whose address bob has in his own network").isTrue();
        vpn.wg("syncconf", globex, vpn.file("[Interface]\n")).orThrow();
        assertThat(vpn.keys()).as("all of the tenant's own peers are gone").containsExactly(vpn.alice.publicKey());
        assertThat(vpn.alice.reaches(WEB, 1)).isTrue();
    }

    @Test
    void shouldBeginFiftyHandshakesASecondWhateverAGuestCalls() throws Exception {
        int peers = 200;
        Random random = Seed.random(VpnHostileTest.class);
        List<String> lines = new ArrayList<>(List.of(peer("alice", vpn.alice.publicKey(), "10.10.0.250")));
        List<String> set = new ArrayList<>(List.of("set", vpn.gateway));
        for (int n = 1; n <= peers; n++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            key[31] &= 0x7f;
            String text = Base64.getEncoder().encodeToString(key);
            lines.add(peer("p" + n, text, "10.10.0." + (n + 20)));
            set.addAll(List.of("peer", text, "endpoint", THIEF + ":" + (9000 + n)));
        }
        vpn.weft.apply(vpn.fabric(lines.toArray(String[]::new))).orThrow();
        vpn.wg(set.toArray(String[]::new)).orThrow();
        vpn.connect(vpn.alice, "10.10.0.250/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        vpn.web.namespace().ip("neigh", "flush", "dev", "eth0"); // who had an address in an earlier test
        try (FrameSocket frames = FrameSocket.open(thief, "eth0");
                DatagramSocket socket = vpn.web.namespace().call(() -> new DatagramSocket())) {
            long start = System.nanoTime();
            for (int n = 1; n <= peers; n++) {
                socket.send(new DatagramPacket(new byte[10], 10, InetAddress.ofLiteral("10.10.0." + (n + 20)), 9));
            }
            vpn.weft.await("each packet began a handshake, or is counted",
                    () -> vpn.drops("punt-limit") + began(frames), packets -> packets == peers);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.println("proof: " + began(frames) + " handshakes begun, " + vpn.drops("punt-limit")
                    + " packets refused within " + seconds + " s");
            assertThat(began(frames)).isBetween(50, (int) (51 + 50 * seconds));
            assertThat(vpn.drops("punt-limit")).isPositive();
            assertThat(vpn.alice.reaches(WEB, 1)).as("a peer with a session").isTrue();
        }
    }

    /** Different peers that were sent an initiation. */
    private static int began(FrameSocket frames) {
        return (int) frames.received(frame -> isMessage(frame, INITIATION)).stream()
                .map(frame -> (frame[36] & 0xff) << 8 | frame[37] & 0xff).distinct().count();
    }
}
