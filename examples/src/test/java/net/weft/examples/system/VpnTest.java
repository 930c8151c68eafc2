package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import net.weft.examples.lab.WireGuardClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A stock WireGuard client as a port of its tenant's network, and what it does not reach. */
@Tag("system")
class VpnTest {
    private static final String TENANTS = """
            tenants:
              acme:
                networks:
                  web: {vlan: 10, subnets: [10.10.0.0/24, "fd00:10::/64"], zone: dmz}
                  db: {vlan: 20, subnets: [10.20.0.0/24], zone: data}
              globex: {networks: {web: {vlan: 110, subnets: [10.10.0.0/24], zone: dmz}}}
            zones: {dmz: {}, data: {intra: deny}, remote: {}}
            policies:
              - {name: road, from: [remote], to: [dmz], match: [icmp, icmpv6, tcp, udp], action: allow}
            """;

    private static final Pattern REVISION = Pattern.compile("revision (\\d+) by ");

    @AutoClose
    private final Lab lab = Lab.open("vpn");
    private final Namespace namespace = lab.namespace("switch");
    private final Host web = lab.host("web1", namespace, "10.10.0.11/24");
    private final Host foreign = lab.host("web2", namespace, "10.10.0.12/24");
    private final WireGuardClient client = WireGuardClient.open(lab, namespace);

    private String fabric(String peers) {
        return Fabric.of(Fabric.nic("web1", "network: acme/web"),
                Fabric.nic("web2", "network: globex/web, loop-probes: off, lldp: false")) + TENANTS
                + "vpn: {office: {listen: 51820, peers: {" + peers + "}}}\n";
    }

    private String alice() {
        return "alice: {public-key: \"" + client.publicKey()
                + "\", network: acme/web, ips: [10.10.0.200, \"fd00:10::200\"], zone: remote}";
    }

    private static JsonNode peer(WeftProcess weft, String name) {
        return weft.show("vpn").stream().filter(row -> row.path("peer").asString().equals(name)).findFirst()
                .orElseThrow();
    }

    @Test
    void shouldBePluggedIntoTheTenantsNetworkAndNothingElse() throws Exception {
        web.ipv6("fd00:10::11/64");
        WeftProcess weft = WeftProcess.up(lab, namespace, fabric(alice()));
        String key = peer(weft, "alice").path("gateway-key").asString();
        client.connect(key, 51820, List.of("10.10.0.200/32", "fd00:10::200/128"),
                "10.10.0.0/24,10.20.0.0/24,fd00:10::/64");

        assertThat(client.reaches("10.10.0.11", 5)).as("the guest, IPv4").isTrue();
        assertThat(client.reaches("fd00:10::11", 5)).as("the guest, IPv6").isTrue();
        assertThat(web.reaches("10.10.0.200", 3)).as("the person, from the guest: no policy").isFalse();
        assertThat(weft.drops("office/alice", "zone-denied") + weft.drops("web1", "zone-denied")).isPositive();
        assertThat(echoTcp()).isEqualTo("hello over tcp");
        assertThat(echoUdp()).isEqualTo("hello over udp");

        assertThat(client.reaches("10.10.0.12", 1)).as("the other tenant").isFalse();
        assertThat(foreign.packetsReceived()).as("frames at the other tenant's guest").isZero();
        assertThat(client.reaches("10.20.0.5", 1)).as("another network").isFalse();
        weft.await("it is counted", () -> weft.drops("office/alice", "no-route"), drops -> drops > 0);

        JsonNode row = peer(weft, "alice");
        assertThat(row.path("endpoint").asString()).isEqualTo(client.address() + ":51900");
        assertThat(row.path("network").asString()).isEqualTo("acme/web");
        assertThat(row.path("rx-bytes").asLong()).isPositive();

        long sent = peer(weft, "alice").path("tx-bytes").asLong();
        weft.apply(fabric(
                alice() + ", bob: {public-key: \"TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\", network: acme/web, "
                        + "ips: [10.10.0.201]}"))
                .orThrow();
        assertThat(client.reaches("10.10.0.11", 1)).as("while another peer was added").isTrue();
        assertThat(peer(weft, "alice").path("tx-bytes").asLong()).as("bytes of the same session").isGreaterThan(sent);
        assertThat(web.reaches("10.10.0.201", 1)).as("a peer that was never heard").isFalse();

        weft.apply(fabric("")).orThrow();
        assertThat(client.reaches("10.10.0.11", 1)).as("after it was removed").isFalse();
    }

    @Test
    void shouldAdmitRotateAndRevokePeopleByCommand() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, namespace, fabric(""));
        Path png = lab.path("bob.png");
        String endpoint = client.gateway() + ":51820";
        String config = weft.weft("vpn", "add", "office", "bob", "--network", "acme/web", "--zone", "remote",
                "--endpoint", endpoint,
                "--png", png.toString()).orThrow().out();
        assertThat(config).contains("Address = 10.10.0.254/32, fd00:10::1:0/128", "Endpoint = " + endpoint,
                "AllowedIPs = 10.10.0.0/24, fd00:10::/64");
        assertThat(namespace.run("zbarimg", "-q", "--raw", png.toString()).orThrow().out().strip())
                .isEqualTo(config.strip());
        Path file = Files.writeString(lab.path("bob0.conf"), config);
        assertThat(namespace.run("wg-quick", "strip", file.toString()).orThrow().out()).contains("PrivateKey");
        client.configure(config);
        assertThat(client.reaches("10.10.0.11", 5)).as("bob").isTrue();

        String next = weft.weft("vpn", "rotate", "office", "bob", "--endpoint", endpoint).orThrow().out();
        assertThat(client.reaches("10.10.0.11", 2)).as("bob by the old key").isTrue();
        String before = peer(weft, "bob").path("public-key").asString();
        client.configure(next);
        assertThat(client.reaches("10.10.0.11", 8)).as("bob by the new key").isTrue();
        weft.await("the new key is stored", () -> peer(weft, "bob").path("public-key").asString(),
                key -> !key.equals(before));
        client.configure(config);
        assertThat(client.reaches("10.10.0.11", 1)).as("bob by the old key, after the new one was heard").isFalse();
        client.configure(next);
        assertThat(client.reaches("10.10.0.11", 8)).isTrue();

        long admitted = lastRevision(weft);
        String withBob = weft.weft("export").orThrow().out();
        weft.weft("vpn", "revoke", "office", "bob").orThrow();
        assertThat(client.reaches("10.10.0.11", 1)).as("bob, revoked").isFalse();
        assertThat(weft.weft("apply", "-f", Files.writeString(lab.path("old.yaml"), withBob).toString(), "--prune")
                .orThrow().err())
                .contains("was revoked");
        assertThat(peer(weft, "bob").path("state").asString()).isEqualTo("revoked");
        assertThat(client.reaches("10.10.0.11", 1)).as("bob, revoked, by an old file").isFalse();
        weft.weft("apply", "--prune", "-f", Files.writeString(lab.path("none.yaml"), fabric("")).toString()).orThrow();
        weft.weft("rollback", Long.toString(admitted)).orThrow();
        assertThat(peer(weft, "bob").path("state").asString()).as("after a roll-back").isEqualTo("revoked");
        assertThat(client.reaches("10.10.0.11", 1)).as("bob, revoked, by a roll-back").isFalse();
    }

    private static long lastRevision(WeftProcess weft) {
        return weft.log().lines().map(REVISION::matcher).filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1))).max().orElseThrow();
    }

    @Test
    void shouldObeyWgAndFollowAClientThatMoves() throws Exception {
        String gateway = "gw" + ProcessHandle.current().pid() % 1_000_000;
        String first = "first: {public-key: \"TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\", network: acme/web, ips: [10.10.0.99]}";
        WeftProcess weft = WeftProcess.up(lab, namespace, fabric(first).replace("office", gateway));
        namespace.run("wg", "set", gateway, "peer", client.publicKey(), "allowed-ips", "10.10.0.77/32,10.77.0.0/16")
                .orThrow();
        JsonNode row = byKey(weft, client.publicKey()).getFirst();
        assertThat(row.path("ips").toString()).contains("10.10.0.77");
        assertThat(row.path("allowed-ips").toString()).contains("10.77.0.0/16");
        String key = row.path("gateway-key").asString();
        assertThat(namespace.run("wg", "show", gateway, "public-key").orThrow().out().strip()).isEqualTo(key);
        client.connect(key, 51820, List.of("10.10.0.77/32", "10.77.0.1/32"), "10.10.0.0/24");
        web.namespace().ip("route", "add", "10.77.0.0/16", "via", "10.10.0.77");
        assertThat(client.reaches("10.10.0.11", 5)).isTrue();
        assertThat(web.reaches("10.77.0.1", 5)).as("the network behind the peer, by a route of the guest").isTrue();
        assertThat(namespace.run("wg", "show", gateway, "dump").orThrow().out())
                .contains(client.publicKey(), client.address() + ":51900", "10.77.0.0/16");
        assertThat(namespace.run("wg", "showconf", gateway + ".10").orThrow().out()).contains(client.publicKey())
                .doesNotContain("PrivateKey");
        assertThat(namespace.run("wg", "set", gateway + ".10", "listen-port", "7").ok()).as("the tenant's device")
                .isFalse();

        client.wg("listen-port", "51999");
        assertThat(client.reaches("10.10.0.11", 5)).as("from another port").isTrue();
        assertThat(byKey(weft, client.publicKey()).getFirst().path("endpoint").asString())
                .isEqualTo(client.address() + ":51999");

        namespace.run("wg", "set", gateway, "peer", client.publicKey(), "remove").orThrow();
        assertThat(byKey(weft, client.publicKey())).isEmpty();
        assertThat(client.reaches("10.10.0.11", 1)).isFalse();
    }

    private static List<JsonNode> byKey(WeftProcess weft, String key) {
        return weft.show("vpn").stream().filter(row -> row.path("public-key").asString().equals(key)).toList();
    }

    private String echoTcp() throws Exception {
        try (ServerSocket server = web.namespace().call(() -> new ServerSocket(80))) {
            Thread.ofVirtual().start(() -> {
                try (Socket accepted = server.accept()) {
                    accepted.getInputStream().transferTo(accepted.getOutputStream());
                } catch (IOException _) {
                    // the client will notice
                }
            });
            return client.namespace().call(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress("10.10.0.11", 80), 5000);
                    socket.setSoTimeout(5000);
                    socket.getOutputStream().write("hello over tcp".getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                }
            });
        }
    }

    private String echoUdp() throws Exception {
        try (DatagramSocket server = web.namespace().call(() -> new DatagramSocket(53))) {
            return client.namespace().call(() -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    byte[] hello = "hello over udp".getBytes(StandardCharsets.UTF_8);
                    socket.send(new DatagramPacket(hello, hello.length, new InetSocketAddress("10.10.0.11", 53)));
                    DatagramPacket received = new DatagramPacket(new byte[100], 100);
                    server.setSoTimeout(5000);
                    server.receive(received);
                    server.send(received);
                    socket.setSoTimeout(5000);
                    DatagramPacket back = new DatagramPacket(new byte[100], 100);
                    socket.receive(back);
                    return new String(back.getData(), 0, back.getLength(), StandardCharsets.UTF_8);
                }
            });
        }
    }
}
