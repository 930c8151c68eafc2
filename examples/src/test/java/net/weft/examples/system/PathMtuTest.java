package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Predicate;
import net.weft.examples.lab.Attempt;
import net.weft.examples.lab.Attempt.Outcome;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client in one zone, and in another, which is denied everything by default, a Linux router with a server behind a narrower link. What the
 * router has to say of the client's packets must come back to it.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class PathMtuTest {
    private static final String V4 = "10.99.0.2";
    private static final String V6 = "fd00:99::2";
    private static final int NARROW = 1300;
    private static final int CLOSED = 5999;
    private static final int BYTES = 200_000;

    @AutoClose
    private final Lab lab = Lab.open("pmtu");
    private final Namespace namespace = lab.namespace("switch");
    private final Host client = lab.host("client", namespace, "10.10.0.1/24");
    private final Host router = lab.host("router", namespace, "10.10.0.254/24");
    private final Namespace server = lab.namespace("server");
    private final FrameSocket seen;
    private final WeftProcess weft;

    PathMtuTest() {
        lab.cable(router.namespace(), "far", server, "eth0");
        client.ipv6("fd00:10::1/64");
        router.ipv6("fd00:10::254/64");
        enable(router.namespace(), "far", "10.99.0.1/24", "fd00:99::1/64");
        enable(server, "eth0", V4 + "/24", V6 + "/64");
        router.namespace().run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0").orThrow();
        router.namespace().ip("link", "set", "dev", "far", "mtu", Integer.toString(NARROW));
        client.namespace().ip("route", "add", "10.99.0.0/24", "via", "10.10.0.254");
        client.namespace().ip("-6", "route", "add", "fd00:99::/64", "via", "fd00:10::254");
        server.ip("route", "add", "default", "via", "10.99.0.1");
        server.ip("-6", "route", "add", "default", "via", "fd00:99::1");
        Transfer.serve(lab, server);
        weft = WeftProcess.up(lab, namespace, fabric(""));
        seen = lab.closing(client.frames());
    }

    private static void enable(Namespace namespace, String device, String v4, String v6) {
        namespace.run("sysctl", "-q", "-w", "net.ipv6.conf." + device + ".disable_ipv6=0").orThrow();
        namespace.ip("address", "add", v4, "dev", device);
        namespace.ip("address", "add", v6, "dev", device, "nodad");
    }

    /** @param stateless keys that make policies of both ways ask for each packet by itself */
    private static String fabric(String stateless) {
        String match = ", match: [tcp, udp/" + CLOSED + ", icmp/echo, icmpv6/echo], action: allow";
        return Fabric.of(nic("client", "access: 10, zone: dmz"), nic("router", "access: 10, zone: data"))
                + "zones: {dmz: {}, data: {}}\npolicies:\n  - {name: ask, from: [dmz], to: [data]" + match + stateless
                + "}\n"
                + (stateless.isEmpty()
                        ? ""
                        : "  - {name: answer, from: [data], to: [dmz], match: [tcp], action: allow, stateless: true}\n");
    }

    private static InetSocketAddress endpoint(boolean ipv6, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ipv6 ? V6 : V4), port);
    }

    private static Predicate<byte[]> tooBig(boolean ipv6) {
        return ipv6 ? Packets.icmp(2, 0) : Packets.icmp(3, 4);
    }

    private void forgetPath(boolean ipv6) {
        client.namespace().ip(ipv6 ? "-6" : "-4", "route", "flush", "cache");
        seen.forget();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetTheWordAboutNarrowLinksThrough(boolean ipv6) {
        forgetPath(ipv6);
        byte[] payload = Transfer.payload(5, BYTES);
        assertThat(Transfer.send(client.namespace(), endpoint(ipv6, Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));
        seen.await("the router's word", tooBig(ipv6));
    }

    /** The control: where nobody remembers connections, the router's word belongs to none and the transfer stalls. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotLetItThroughWhereItBelongsToNoConnection(boolean ipv6) throws IOException {
        weft.apply(fabric(", stateless: true")).orThrow();
        forgetPath(ipv6);
        try (SocketChannel socket = client.namespace().call(() -> SocketChannel.open(
                endpoint(ipv6, Transfer.DIGEST_PORT)))) {
            long before = weft.drops("router", "zone-denied");
            socket.configureBlocking(false);
            assertThat(socket.write(ByteBuffer.allocate(16_384))).isPositive();
            weft.await("the router's word is dropped", () -> weft.drops("router", "zone-denied"),
                    drops -> drops > before);
            assertThat(seen.received(tooBig(ipv6))).isEmpty();
        } finally {
            weft.apply(fabric("")).orThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetTheWordAboutExpiredAndUnwantedPacketsThrough(boolean ipv6) throws Exception {
        seen.forget();
        var unused = client.namespace().run("ping", "-n", "-c", "1", "-W", "1", "-t", "1", ipv6 ? V6 : V4);
        seen.await("time exceeded", ipv6 ? Packets.icmp(3, 0) : Packets.icmp(11, 0));
        try (Attempt attempt = Attempt.udp(client.namespace(), endpoint(ipv6, CLOSED))) {
            assertThat(weft.await("port unreachable", () -> {
                attempt.send();
                return attempt.outcome();
            }, outcome -> outcome != Outcome.SILENCE)).isEqualTo(Outcome.REFUSED);
        }
        seen.await("port unreachable", ipv6 ? Packets.icmp(1, 4) : Packets.icmp(3, 3));
    }

    /** Echo requests longer than the link, in fragments both ways: to the router, as those from behind it would be too long for its link. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetFragmentedPacketsThrough(boolean ipv6) {
        weft.await("an answer of 4000 bytes", () -> client.namespace().run("ping", "-n", "-c", "1", "-W", "1", "-s",
                "4000", ipv6 ? "fd00:10::254" : router.address()).ok(), answered -> answered);
    }
}
