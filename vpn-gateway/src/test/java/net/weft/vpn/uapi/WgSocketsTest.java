package net.weft.vpn.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import net.weft.packet.MacAddress;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.NetworkSpec;
import net.weft.vpn.PeerSpec;
import net.weft.vpn.VpnGateways;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PeerState;
import net.weft.zone.Prefix;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs at the sockets of wg(8) that read slowly, send without end, or go. */
@Timeout(60)
class WgSocketsTest {
    private static final int PEERS = 2000;
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @TempDir
    private Path directory;
    private VpnGateways gateways;
    private WgSockets sockets;
    private final List<WgSet> sets = new ArrayList<>();
    private final List<String> users = new ArrayList<>();

    @BeforeEach
    void open() {
        FileSecretStore secrets = new FileSecretStore(directory);
        gateways = new VpnGateways(secrets, PeerState.NONE);
        GatewaySpec gateway = gateway(PEERS);
        gateways.apply(List.of(gateway));
        sockets = new WgSockets(directory, gateways, secrets, (set, user) -> {
            sets.add(set);
            users.add(user);
            return WgAdmin.OK;
        }, PATIENCE);
        sockets.apply(List.of(gateway));
    }

    @AfterEach
    void close() {
        sockets.close();
        gateways.close();
    }

    private static GatewaySpec gateway(int peers) {
        List<PeerSpec> specs = new ArrayList<>();
        for (int n = 1; n <= peers; n++) {
            byte[] key = new byte[32];
            Arrays.fill(key, (byte) 7);
            ByteBuffer.wrap(key).putInt(8, n);
            Prefix ip = new Prefix(0, Prefix.ipv4(0x0a000000 + n), 128, true);
            specs.add(new PeerSpec("office/p" + n, new Identity(key).publicKey(), null, null, 10,
                    new MacAddress(0x0200_0000_0000L + n), List.of(ip), List.of(), 0, null));
        }
        return new GatewaySpec("office", "office.key", 51_820, GatewaySpec.DEFAULT_MTU,
                List.of(new NetworkSpec(10, List.of(new Prefix(0, Prefix.ipv4(0x0a000000), 104, true)), List.of())),
                specs);
    }

    private SocketChannel connect(String request) throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("office.sock")));
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
        return client;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    private static String all(SocketChannel client) throws IOException {
        return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldAnswerWholeWhateverTheSizeOfTheAnswer() throws IOException {
        try (SocketChannel client = connect("get=1\n\n")) {
            client.shutdownOutput();
            String answer = all(client);
            assertThat(answer).endsWith("errno=0\n\n").startsWith("private_key=");
            assertThat(answer.lines().filter(line -> line.startsWith("public_key="))).hasSize(PEERS);
            assertThat(answer).as("more than a socket's buffer").hasSizeGreaterThan(400_000);
        }
    }

    @Test
    void shouldDisconnectWhoDoesNotReadAndWhoDoesNotSend() throws IOException {
        try (SocketChannel deaf = connect("get=1\n\n"); SocketChannel mute = connect("get=1\n")) {
            await(() -> sockets.connected() == 2);
            await(() -> sockets.connected() == 0);
            assertThat(all(deaf)).doesNotContain("errno");
            assertThat(all(mute)).isEmpty();
        }
    }

    @Test
    void shouldServeOthersMeanwhileAndAfterwards() throws IOException {
        try (SocketChannel deaf = connect("get=1\n\n");
                SocketChannel client = connect("set=1\nreplace_peers=true\n\n")) {
            await(() -> sockets.connected() > 0);
            client.shutdownOutput();
            assertThat(all(client)).isEqualTo("errno=0\n\n");
            assertThat(sets).singleElement().matches(WgSet::replacesPeers);
            assertThat(users).containsExactly(System.getProperty("user.name"));
            assertThat(deaf.isOpen()).isTrue();
        }
    }

    @Test
    void shouldHangUpOnALineThatDoesNotEnd() throws IOException {
        try (SocketChannel client = connect("x".repeat(1025))) {
            assertThat(all(client)).isEmpty();
        }
    }

    @Test
    void shouldCarryOutNothingOfARequestThatIsCutOff() throws IOException {
        try (SocketChannel client = connect("set=1\nreplace_peers=true\n")) {
            client.shutdownOutput();
            assertThat(all(client)).isEmpty();
            assertThat(sets).isEmpty();
        }
    }

    @Test
    void shouldBeOpenToItsOwnerAlone() throws IOException {
        for (String name : List.of("office.sock", "office.10.sock")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    private String answer(String device, String request) throws IOException {
        try (SocketChannel client = SocketChannel
                .open(UnixDomainSocketAddress.of(directory.resolve(device + ".sock")))) {
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            client.shutdownOutput();
            return all(client);
        }
    }

    @Test
    void shouldTellATenantNoPresharedKey() throws IOException {
        FileSecretStore secrets = new FileSecretStore(directory);
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 0x5a);
        secrets.write("alice.psk", key);
        PeerSpec peer = gateway(1).peers().getFirst();
        PeerSpec alice = new PeerSpec(peer.port(), peer.publicKey(), null, "alice.psk", peer.vlan(), peer.mac(),
                peer.ips(), List.of(), 0, null);
        GatewaySpec all = gateway(1);
        gateways.apply(List.of(new GatewaySpec(all.name(), all.privateKey(), all.listen(), all.mtu(), all.networks(),
                List.of(alice))));
        assertThat(answer("office.10", "get=1\n\n")).contains("preshared_key=" + "0".repeat(64))
                .doesNotContain("5a5a");
        assertThat(answer("office", "get=1\n\n")).as("control: the operator's").contains("preshared_key=5a5a");
    }

    @Test
    void shouldTakeWhatAFileWithoutKeyAndPortMeansAsNoChange() throws IOException {
        String zeros = "set=1\nprivate_key=" + "0".repeat(64) + "\nlisten_port=0\nfwmark=0\nreplace_peers=true\n\n";
        for (String device : List.of("office", "office.10")) {
            assertThat(answer(device, zeros)).as(device).isEqualTo("errno=0\n\n");
        }
        assertThat(sets).hasSize(2).allMatch(set -> set.privateKey() == null && set.listen().isEmpty());
        for (String line : List.of("private_key=" + "1".repeat(64), "listen_port=7", "fwmark=1")) {
            assertThat(answer("office.10", "set=1\n" + line + "\n\n")).as(line).isEqualTo("errno=-1\n\n");
        }
        assertThat(answer("office", "set=1\nfwmark=1\n\n")).as("not supported").isEqualTo("errno=-95\n\n");
        assertThat(sets).as("what was refused").hasSize(2);
    }
}
