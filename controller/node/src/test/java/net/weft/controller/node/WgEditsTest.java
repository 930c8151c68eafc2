package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.server.Clocks;
import net.weft.controller.server.Events;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.ImpactPreview;
import net.weft.controller.server.Rollout;
import net.weft.controller.server.Terms;
import net.weft.controller.server.Timer;
import net.weft.linux.Errno;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.NetworkSpec;
import net.weft.vpn.VpnGateways;
import net.weft.vpn.uapi.WgSockets;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code wg set} and a rotated key change the configuration, by the socket that wg(8) uses. */
class WgEditsTest {
    private static final String KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String OTHER = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    private static final String FILE = """
            tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}
            ports: {}
            vpn: {office: {peers: {alice: {public-key: "%s", network: acme/web, ips: [10.10.0.5]%s}}}}
            """;

    @TempDir
    private Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private Fabric fabric;
    @SuppressWarnings("NullAway.Init")
    private VpnGateways gateways;
    @SuppressWarnings("NullAway.Init")
    private WgSockets sockets;

    @BeforeEach
    void start() throws IOException {
        fabric = new Fabric(FileRevisionStore.open(Files.createDirectory(directory.resolve("revisions"))), Rollout.NONE,
                ImpactPreview.NONE, new Clocks(() -> Instant.EPOCH, Timer.NEVER, "boot"),
                new Events(() -> Instant.EPOCH),
                RandomGenerator.of("L64X128MixRandom"));
        file("");
        FileSecretStore secrets = new FileSecretStore(Files.createDirectory(directory.resolve("keys")));
        gateways = new VpnGateways(secrets, PeerState.NONE);
        sockets = new WgSockets(directory.resolve("s"), gateways, secrets, new WgEdits(fabric, gateways, secrets));
        sockets.apply(List
                .of(new GatewaySpec("office", "office.key", 51_820, GatewaySpec.DEFAULT_MTU,
                        List.of(new NetworkSpec(10, List.of(), List.of())), List.of())));
    }

    @AfterEach
    void close() {
        sockets.close();
        gateways.close();
    }

    private void file(String more) {
        fabric.apply(FILE.formatted(KEY, more).getBytes(StandardCharsets.UTF_8), Terms.PLAIN, "test");
    }

    private static String hex(String key) {
        return HexFormat.of().formatHex(Base64.getDecoder().decode(key));
    }

    private int set(String... lines) throws IOException {
        return setAt("office", lines);
    }

    private int setAt(String device, String... lines) throws IOException {
        try (SocketChannel wg = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            wg.connect(UnixDomainSocketAddress.of(directory.resolve("s/" + device + ".sock")));
            wg.write(ByteBuffer
                    .wrap(("set=1\n" + String.join("\n", lines) + "\n\n").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            while (wg.read(answer) >= 0 && !text(answer).endsWith("\n\n")) {
                // the answer is not whole yet
            }
            return -Integer.parseInt(text(answer).strip().substring("errno=".length()));
        }
    }

    private static String text(ByteBuffer answer) {
        return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
    }

    private int presharedKey(int fill) throws IOException {
        return set("public_key=" + hex(KEY), "preshared_key=" + "%02x".formatted(fill).repeat(32));
    }

    private VpnPeerConfig alice() {
        return fabric.config().vpn().values().iterator().next().peers().values().iterator().next();
    }

    private List<String> keyFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("keys"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldKeepAPresharedKeyInAFileOfItsOwn() throws IOException {
        assertThat(presharedKey(7)).isZero();
        String first = alice().presharedKeyFile().orElseThrow();
        long revision = fabric.revision();
        assertThat(presharedKey(7)).isZero();
        assertThat(fabric.revision()).as("the same key again").isEqualTo(revision);
        assertThat(presharedKey(8)).isZero();
        String second = alice().presharedKeyFile().orElseThrow();
        assertThat(second).isNotEqualTo(first);
        assertThat(Files.readString(directory.resolve("keys").resolve(first))).as("the key of the revision before")
                .isEqualTo(Base64.getEncoder().encodeToString(HexFormat.of().parseHex("07".repeat(32))) + "\n");
    }

    @Test
    void shouldNotLetATenantTakeAwayAPresharedKeyThatItDoesNotSee() throws IOException {
        assertThat(setAt("office.10", "public_key=" + hex(KEY), "preshared_key=" + "07".repeat(32))).isZero();
        String file = alice().presharedKeyFile().orElseThrow();
        String none = "preshared_key=" + "00".repeat(32);
        assertThat(setAt("office.10", "public_key=" + hex(KEY), none)).isZero();
        assertThat(alice().presharedKeyFile()).contains(file);
        assertThat(set("public_key=" + hex(KEY), none)).isZero();
        assertThat(alice().presharedKeyFile()).as("control: the operator takes it away").isEmpty();
    }

    @Test
    void shouldDeleteTheKeyOfARefusedEdit() throws IOException {
        assertThat(set("public_key=" + hex(KEY), "preshared_key=" + "07".repeat(32), "public_key=" + hex(OTHER),
                "allowed_ip=10.99.0.1/32")).as("the second peer has no address in the network").isEqualTo(Errno.EINVAL);
        assertThat(keyFiles()).isEmpty();
        assertThat(alice().presharedKeyFile()).isEmpty();
    }

    @Test
    void shouldAnswerEioWhereAKeyCannotBeWritten() throws IOException {
        Files.delete(directory.resolve("keys"));
        assertThat(presharedKey(7)).isEqualTo(Errno.EIO);
        assertThat(alice().presharedKeyFile()).isEmpty();
    }

    @Test
    void shouldRotateOnlyToTheNextKeyThatIsWishedNow() {
        file(", next-public-key: \"" + OTHER + "\"");
        VpnPeerConfig rotated = Objects.requireNonNull(
                KeyRotation.used(fabric.config(), "office/alice", PublicKey.parse(OTHER)).orElseThrow().vpn()
                        .get("office"))
                .peers().values().iterator().next();
        assertThat(rotated.publicKey()).isEqualTo(OTHER);
        assertThat(rotated.nextPublicKey()).isEmpty();
        file("");
        assertThat(KeyRotation.used(fabric.config(), "office/alice", PublicKey.parse(OTHER)).orElseThrow())
                .as("the next key was withdrawn").isEqualTo(fabric.config());
    }
}
