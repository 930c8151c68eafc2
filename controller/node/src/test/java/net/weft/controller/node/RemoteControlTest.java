package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from another host, by certificates of the fabric's authority. */
class RemoteControlTest {
    @TempDir
    private Path directory;
    @AutoClose
    private TwoHosts hosts;

    @BeforeEach
    void start() throws IOException {
        hosts = new TwoHosts(directory);
        issue("ann", "admin");
        issue("otto", "operator");
        issue("vera", "viewer");
    }

    @Test
    void shouldLetEachRoleDoWhatItMay() {
        assertThat(hosts.remote("vera", "show", "ports").out()).contains("here");
        assertThat(hosts.remote("vera", "export").status()).isZero();
        assertThat(hosts.remote("vera", "port", "set", "here", "enabled=false").err())
                .contains("viewer vera may not call").contains("it needs the role operator");
        assertThat(hosts.remote("otto", "port", "set", "here", "enabled=false").err()).isEmpty();
        assertThat(hosts.remote("otto", "member", "token", "2").err()).contains("it needs the role admin");
        assertThat(hosts.remote("ann", "member", "token", "2").out()).startsWith("weft1.");
        assertThat(hosts.weft(1, "history", "-o", "json").out()).contains("operator otto");
    }

    @Test
    void shouldEndARevokedIdentityAtOnce() throws IOException {
        assertThat(hosts.remote("ann", "pki", "revoke", "otto").status()).isZero();

        assertThat(hosts.remote("otto", "show", "ports").err()).contains("the certificate of operator otto is revoked");
        assertThat(hosts.remote("vera", "show", "ports").status()).as("control").isZero();
        assertThat(hosts.remote("ann", "pki", "revoke", "otto").err()).contains("no valid certificate of otto");
    }

    @Test
    void shouldRefuseWhoeverHasNoCertificateOfThisFabric(@TempDir Path elsewhere) throws IOException {
        assertThat(hosts.remote("nobody", "show", "ports").err()).contains("client.key: cannot be read");
        try (TwoHosts other = new TwoHosts(elsewhere)) {
            assertThat(other
                    .weft(1, "pki", "issue", "eve", "--role", "admin", "--out", directory.resolve("eve").toString())
                    .status()).isZero();
            Files.copy(directory.resolve("ann/authority.pem"), directory.resolve("eve/authority.pem"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }

        assertThat(hosts.remote("eve", "show", "ports").err()).contains("the certificate is none of this fabric");
    }

    @Test
    void shouldIssueNothingTwiceIntoOneDirectory() {
        RunningWeft.Result again = hosts.weft(1, "pki", "issue", "ann", "--role", "admin", "--out",
                directory.resolve("ann").toString());

        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("client.key: is there already");
        assertThat(
                hosts.weft(1, "pki", "issue", "x", "--role", "king", "--out", directory.resolve("x").toString()).err())
                .contains("role king: expected admin, operator or viewer");
        assertThat(hosts.weft(1, "pki", "init").err()).contains("has its authority already");
    }

    private void issue(String name, String role) {
        RunningWeft.Result issued = hosts.weft(1, "pki", "issue", name, "--role", role, "--out",
                directory.resolve(name).toString());
        assertThat(issued.err()).isEmpty();
    }
}
