package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a gateway keeps: keys, and the newest time stamps of peers. */
class KeyFilesTest {
    private static final PublicKey ALICE = new PublicKey(1, 2, 3, 4);

    @TempDir
    private Path directory;

    private static Tai64n stamp(int seconds) {
        return new Tai64n(0x4000_0000_0000_0000L + seconds, 7);
    }

    @Test
    void shouldMakeAKeyOnceThatOnlyItsOwnerReads() throws IOException {
        FileSecretStore store = new FileSecretStore(directory);
        byte[] made = store.readOrMake("office.key");
        assertThat(made).hasSize(32);
        assertThat(made[0] & 7 | made[31] & 0x80).as("bits that X25519 clears").isZero();
        assertThat(store.readOrMake("office.key")).isEqualTo(made);
        assertThat(store.read("office.key")).isEqualTo(made);
        Path file = directory.resolve("office.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Files.readString(file)).isEqualTo(Base64.getEncoder().encodeToString(made) + "\n");
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".new"));
    }

    @Test
    void shouldRefuseKeysThatAreNoneWithoutNamingThem() throws IOException {
        FileSecretStore store = new FileSecretStore(directory);
        assertThatThrownBy(() -> store.read("none.key")).hasMessageContaining("none.key")
                .hasMessageContaining("wg genpsk");
        Path file = Files.writeString(directory.resolve("bad.key"), "secretsecret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> store.read("bad.key")).hasMessageContaining("bad.key")
                .hasMessageNotContaining("secretsecret");
        Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> store.read("bad.key")).hasMessageContaining("rw-r-----");
    }

    @Test
    void shouldKeepTheGreatestStampsOverARestart() {
        Path path = directory.resolve("vpn-stamps");
        try (PeerStateFile file = new PeerStateFile(path)) {
            assertThat(file.newestAccepted(ALICE)).isNull();
            file.accepted(ALICE, stamp(9));
            file.accepted(ALICE, stamp(8));
            file.sent(ALICE, stamp(5));
            for (int n = 0; n < 500; n++) {
                file.sent(new PublicKey(n, 0, 0, 9), stamp(n + 1));
            }
        }
        try (PeerStateFile file = new PeerStateFile(path)) {
            assertThat(file.newestAccepted(ALICE)).isEqualTo(stamp(9));
            assertThat(file.newestSent(ALICE)).isEqualTo(stamp(5));
            for (int n = 0; n < 500; n++) {
                assertThat(file.newestSent(new PublicKey(n, 0, 0, 9))).isEqualTo(stamp(n + 1));
                assertThat(file.newestAccepted(new PublicKey(n, 0, 0, 9))).isNull();
            }
        }
    }

    @Test
    void shouldBeginAnewWhereTheFileIsAnother() throws IOException {
        Path path = directory.resolve("vpn-stamps");
        byte[] other = new byte[200];
        Arrays.fill(other, (byte) 'x');
        Files.write(path, other);
        try (PeerStateFile file = new PeerStateFile(path)) {
            assertThat(file.newestAccepted(ALICE)).isNull();
            file.accepted(ALICE, stamp(1));
            assertThat(file.newestAccepted(ALICE)).isEqualTo(stamp(1));
        }
    }
}
