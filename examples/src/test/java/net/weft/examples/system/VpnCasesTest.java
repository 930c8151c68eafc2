package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static net.weft.examples.system.VpnLab.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WireGuardClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** WireGuard's own cases against the gateway, with wireguard-go and wg(8); all tests take turns with one laboratory. */
@Tag("system")
class VpnCasesTest {
    @SuppressWarnings("NullAway.Init")
    private static VpnLab vpn;

    @BeforeAll
    static void open() {
        vpn = new VpnLab();
    }

    @AfterAll
    static void close() {
        vpn.close();
    }

    @AfterEach
    void reset() {
        vpn.reset();
    }

    private static long revisionsByWg() {
        return vpn.weft.log().lines().filter(line -> line.contains(": wg set ")).count();
    }

    @Test
    void shouldTakeConfigurationsOfWg() {
        vpn.weft.apply(vpn.fabric(peer("alice", vpn.alice.publicKey(), "10.10.0.200"))).orThrow();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        String shown = vpn.wg("showconf", vpn.gateway).orThrow().out();
        assertThat(shown).contains("PrivateKey", "ListenPort = 51820", vpn.alice.publicKey());
        long before = revisionsByWg();
        vpn.wg("setconf", vpn.gateway, vpn.file(shown)).orThrow();
        vpn.wg("syncconf", vpn.gateway, vpn.file(shown)).orThrow();
        assertThat(revisionsByWg()).as("revisions of what changes nothing").isEqualTo(before);

        String bob = "[Peer]\nPublicKey = " + vpn.bob.publicKey()
                + "\nAllowedIPs = 10.10.0.201/32, 10.78.0.0/16\nPersistentKeepalive = 25\n";
        vpn.wg("addconf", vpn.gateway, vpn.file(bob)).orThrow();
        assertThat(vpn.keys()).containsExactlyInAnyOrder(vpn.alice.publicKey(), vpn.bob.publicKey());
        assertThat(texts(vpn.row(vpn.bob.publicKey()).path("ips"))).containsExactly("10.10.0.201");
        assertThat(texts(vpn.row(vpn.bob.publicKey()).path("allowed-ips"))).containsExactly("10.78.0.0/16");

        vpn.wg("syncconf", vpn.gateway, vpn.file(shown)).orThrow();
        assertThat(vpn.keys()).containsExactly(vpn.alice.publicKey());
        assertThat(vpn.row(vpn.alice.publicKey()).path("state").asString()).as("alice's session")
                .isEqualTo("connected");
        vpn.wg("setconf", vpn.gateway, vpn.file(bob)).orThrow();
        assertThat(vpn.keys()).containsExactly(vpn.bob.publicKey());
        assertThat(revisionsByWg() - before).as("one revision each").isEqualTo(3);
    }

    @Test
    void shouldConnectWithTheRightPresharedKeyOnly() {
        vpn.applyBoth();
        String right = vpn.file(vpn.wg("genpsk").orThrow().out());
        String wrong = vpn.file(vpn.wg("genpsk").orThrow().out());
        vpn.wg("set", vpn.gateway, "peer", vpn.bob.publicKey(), "preshared-key", right).orThrow();
        vpn.connect(vpn.bob, "10.10.0.201/32");
        assertThat(vpn.bob.reaches(WEB, 1)).as("without").isFalse();
        vpn.bob.disconnect();
        vpn.connect(vpn.bob, "10.10.0.201/32");
        vpn.bob.wg("peer", vpn.key(), "preshared-key", wrong);
        assertThat(vpn.bob.reaches(WEB, 1)).as("with another").isFalse();
        assertThat(vpn.row(vpn.bob.publicKey()).path("endpoint").asString()).as("nothing authentic came").isEmpty();
        vpn.bob.disconnect();
        vpn.connect(vpn.bob, "10.10.0.201/32");
        vpn.bob.wg("peer", vpn.key(), "preshared-key", right);
        assertThat(vpn.bob.reaches(WEB, 8)).as("with the same").isTrue();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).as("a peer that has none").isTrue();
        assertThat(
                vpn.weft.weft("vpn", "config", vpn.gateway, "bob", "--endpoint", "vpn.example.org:1").orThrow().out())
                .contains("PresharedKey = PUT-");
        assertThat(vpn.weft.weft("vpn", "config", vpn.gateway, "bob", "--endpoint", "vpn.example.org:1",
                "--preshared-key-file", right).orThrow().out()).contains("PresharedKey = ").doesNotContain("PRESHARED");
        assertThat(
                vpn.weft.weft("vpn", "config", vpn.gateway, "alice", "--endpoint", "vpn.example.org:1").orThrow().out())
                .doesNotContain("PresharedKey");
    }

    @Test
    void shouldDropWhatComesFromAnotherAddress() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32", "10.10.0.99/32");
        try (FrameSocket frames = vpn.web.frames()) {
            assertThat(vpn.alice.namespace().run("ping", "-c", "1", "-W", "5", "-I", "10.10.0.200", WEB).ok()).isTrue();
            assertThat(
                    vpn.alice.namespace().run("ping", "-c", "2", "-i", "0.2", "-W", "1", "-I", "10.10.0.99", WEB).ok())
                    .isFalse();
            vpn.weft.await("they are counted", () -> vpn.drops("wrong-source"), drops -> drops >= 2);
            assertThat(frames.received(frame -> frame[26] == 10 && frame[29] == 99)).as("frames at the guest")
                    .isEmpty();
            assertThat(frames.received(frame -> frame[26] == 10 && frame[29] == (byte) 200)).as("control").isNotEmpty();
        }
    }

    @Test
    void shouldMoveAllowedIps() {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32", "10.77.0.1/32");
        vpn.connect(vpn.bob, "10.10.0.201/32", "10.77.0.1/32");
        assertThat(vpn.alice.reaches(WEB, 5) && vpn.bob.reaches(WEB, 5)).isTrue();
        vpn.wg("set", vpn.gateway, "peer", vpn.alice.publicKey(), "allowed-ips", "10.10.0.200/32,10.77.0.0/24")
                .orThrow();
        vpn.web.namespace().ip("route", "replace", "10.77.0.0/24", "via", "10.10.0.200");
        assertThat(vpn.web.reaches("10.77.0.1", 3)).as("behind alice").isTrue();
        vpn.wg("set", vpn.gateway, "peer", vpn.bob.publicKey(), "allowed-ips", "10.10.0.201/32,10.77.0.0/24").orThrow();
        assertThat(texts(vpn.row(vpn.alice.publicKey()).path("allowed-ips"))).isEmpty();
        assertThat(vpn.web.reaches("10.77.0.1", 1)).as("by alice").isFalse();
        vpn.web.namespace().ip("route", "replace", "10.77.0.0/24", "via", "10.10.0.201");
        assertThat(vpn.web.reaches("10.77.0.1", 3)).as("behind bob").isTrue();
        assertThat(vpn.alice.reaches(WEB, 1) && vpn.bob.reaches(WEB, 1)).as("their sessions").isTrue();
        vpn.web.namespace().ip("route", "delete", "10.77.0.0/24");
    }

    @Test
    void shouldServeClientsOverIpv6() {
        vpn.applyBoth();
        String wan = vpn.alice.cable();
        vpn.namespace.run("sysctl", "-q", "-w", "net.ipv6.conf." + wan + ".disable_ipv6=0").orThrow();
        vpn.namespace.ip("address", "add", "fd00:51::1/64", "dev", wan, "nodad");
        vpn.alice.namespace().ip("address", "add", "fd00:51::2/64", "dev", "eth0", "nodad");
        vpn.connect(vpn.alice, "10.10.0.200/32");
        awaitEndpoint("[fd00:51::1]", "[fd00:51::2]");
        assertThat(vpn.web.reaches("10.10.0.200", 2)).as("the other way").isTrue();
        awaitEndpoint(vpn.alice.gateway(), vpn.alice.address());
    }

    /**
     * Tells alice where the gateway is until she is heard from the address that goes with it. She follows what comes from the gateway, so a
     * message on its way to her address of before takes her back there.
     */
    private void awaitEndpoint(String gateway, String own) {
        vpn.weft.await("alice is heard from " + own, () -> {
            vpn.alice.wg("peer", vpn.key(), "endpoint", gateway + ":" + VpnLab.LISTEN);
            assertThat(vpn.alice.reaches(WEB, 5)).as("by " + gateway).isTrue();
            return vpn.row(vpn.alice.publicKey()).path("endpoint").asString();
        }, (own + ":51900")::equals);
    }

    @Test
    void shouldReachAClientBehindANatThatForgetsSoonWhileItKeepsAlive() {
        Namespace nat = vpn.lab.namespace("nat");
        WireGuardClient carol = WireGuardClient.open(vpn.lab, nat);
        vpn.lab.cable(vpn.namespace, "natwan", nat, "up0");
        vpn.namespace.ip("address", "add", "203.0.113.1/24", "dev", "natwan");
        nat.ip("address", "add", "203.0.113.2/24", "dev", "up0");
        nat.run("nft",
                "table ip nat { chain post { type nat hook postrouting priority srcnat; oif up0 masquerade; }; }")
                .orThrow();
        nat.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.netfilter.nf_conntrack_udp_timeout=1",
                "net.netfilter.nf_conntrack_udp_timeout_stream=1").orThrow();
        carol.namespace().ip("route", "add", "203.0.113.0/24", "via", carol.gateway());
        vpn.weft.apply(vpn.fabric(peer("carol", carol.publicKey(), "10.10.0.202"))).orThrow();
        vpn.connect(carol, "10.10.0.202/32");
        carol.wg("peer", vpn.key(), "endpoint", "203.0.113.1:" + VpnLab.LISTEN);
        assertThat(carol.reaches(WEB, 5)).isTrue();
        assertThat(vpn.row(carol.publicKey()).path("endpoint").asString()).startsWith("203.0.113.2:");
        pause();
        assertThat(vpn.web.reaches("10.10.0.202", 1)).as("control: the NAT has forgotten").isFalse();
        carol.wg("peer", vpn.key(), "persistent-keepalive", "1");
        pause();
        pause();
        assertThat(vpn.web.reaches("10.10.0.202", 1)).as("with keep-alives").isTrue();
        carol.disconnect();
    }

    /** Longer than the NAT remembers. */
    private static void pause() {
        long start = System.nanoTime();
        Awaitility.await().pollDelay(Duration.ofMillis(2500)).until(() -> System.nanoTime() > start);
    }

    @Test
    void shouldChangeItsPrivateKeyWhileItServes() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        String old = vpn.key();
        Files.writeString(vpn.lab.path("data").resolve(vpn.gateway + ".key"), vpn.wg("genkey").orThrow().out());
        vpn.weft.apply(vpn.fabric(peer("alice", vpn.alice.publicKey(), "10.10.0.200"))).orThrow();
        assertThat(vpn.key()).isNotEqualTo(old);
        assertThat(vpn.alice.reaches(WEB, 1)).as("to the old key").isFalse();
        vpn.alice.disconnect();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).as("to the new key").isTrue();
    }

    @Test
    void shouldStopAPeerThatIsRemovedWhileItSends() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        Process server = vpn.web.namespace().program(List.of("iperf3", "-s", "-1")).start();
        Process client = vpn.alice.namespace()
                .program(List.of("iperf3", "-u", "-b", "20M", "-l", "1200", "-c", WEB, "-t", "20")).start();
        try {
            long before = vpn.web.packetsReceived();
            vpn.weft.await("it sends", vpn.web::packetsReceived, packets -> packets > before + 1000);
            long start = System.nanoTime();
            vpn.wg("set", vpn.gateway, "peer", vpn.alice.publicKey(), "remove").orThrow();
            long removedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            long atRemoval = vpn.web.packetsReceived();
            System.out.println("proof: removed in " + removedMs + " ms, of flow of 20 Mb/s");
            assertThat(removedMs).as("milliseconds until it was removed").isLessThan(1000);
            assertThat(client.isAlive()).isTrue();
            Awaitility.await().pollDelay(Duration.ofMillis(500)).until(client::isAlive);
            assertThat(vpn.web.packetsReceived() - atRemoval).as("frames at the guest in 500 ms (1,000 were sent)")
                    .isLessThan(10);
        } finally {
            client.destroyForcibly().waitFor();
            server.destroyForcibly().waitFor();
        }
    }
}
