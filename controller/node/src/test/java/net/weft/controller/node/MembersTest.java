package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.weft.controller.member.remote.RemoteException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member on another host: it joins, follows, answers and goes on alone. */
class MembersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    @AutoClose
    private TwoHosts hosts;

    @BeforeEach
    void start() throws IOException {
        hosts = new TwoHosts(directory);
    }

    @Test
    void shouldJoinByATokenAndRunItsOwnPorts() {
        assertThat(hosts.weft(1, "show", "ports", "-o", "json").err()).contains("member 2: it is not connected",
                "member 3: it is not connected");
        MemberInstance member = hosts.startMember(2, hosts.token(2));

        assertThat(member.ports()).extracting(port -> port.spec().name()).containsExactly("there");
        awaitShown("members", "\"id\":2", "\"role\":\"member\"", "\"state\":\"up\"", "\"id\":3",
                "\"state\":\"absent\"");
        RunningWeft.Result ports = hosts.weft(1, "show", "ports", "-o", "json");
        assertThat(ports.out()).contains("\"name\":\"here\"", "\"name\":\"there\"", "\"member\":2",
                "\"interface\":\"2/0/2\"");
        assertThat(ports.err()).doesNotContain("member 2").contains("member 3: it is not connected");
        assertThat(hosts.weft(1, "show", "vlans", "-o", "json").out()).contains("\"here\"", "\"there\"");
        assertThat(hosts.weft(2, "show", "ports", "-o", "json").out()).contains("\"there\"").doesNotContain("\"here\"");
    }

    @Test
    void shouldCarryOutEachRevisionBeforeTheCommandReturns() throws IOException {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"");

        Path changed = Files.writeString(directory.resolve("changed.yaml"), hosts.fabric("20"));
        assertThat(hosts.weft(1, "apply", "-f", changed.toString()).err()).isEmpty();
        assertThat(member.ports().getFirst().spec().membership().isMember(20)).isTrue();
        assertThat(hosts.weft(1, "port", "set", "there", "enabled=false").status()).isZero();
        assertThat(member.ports().getFirst().spec().enabled()).isFalse();
        assertThat(hosts.weft(1, "trace", "--from", "there", "udp 10.0.0.1:1 > 10.0.0.2:2").out()).isNotEmpty();
        assertThat(hosts.weft(1, "capture", "--port", "there", "--count", "1").err())
                .contains("port there is on member 2");
    }

    @Test
    void shouldRefuseChangesAtAMember() {
        hosts.startMember(2, hosts.token(2));

        RunningWeft.Result refused = hosts.weft(2, "port", "set", "there", "enabled=false");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("changes are made at 127.0.0.1:" + hosts.port());
        assertThat(hosts.weft(2, "export").out()).isEqualTo(hosts.weft(1, "export").out());
    }

    @Test
    void shouldRunTheLastGoodStateWithoutAControllerAndCatchUpLater() throws IOException {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        hosts.stopController();
        member.close();

        MemberInstance again = hosts.startMember(2, null);
        assertThat(again.ports()).extracting(port -> port.spec().name()).containsExactly("there");
        assertThat(again.ports().getFirst().spec().membership().isMember(10)).isTrue();

        Path changed = Files.writeString(directory.resolve("changed.yaml"), hosts.fabric("20"));
        hosts.startController(java.util.Optional.of(changed.toString()));
        await().atMost(PATIENCE)
                .until(() -> again.ports().getFirst().spec().membership().isMember(20));
        awaitShown("members", "\"state\":\"up\"");
    }

    /** A restart of the member, without its controller, does not give the peers another term. */
    @Test
    void shouldServeNoPeerOfAGatewayWithoutControllersForTooLong() throws IOException {
        int listen;
        try (DatagramSocket free = new DatagramSocket()) {
            listen = free.getLocalPort();
        }
        Path file = Files.writeString(directory.resolve("vpn.yaml"),
                hosts.fabric("10")
                        + """
                                tenants: {acme: {networks: {web: {vlan: 40, subnets: [10.40.0.0/24]}}}}
                                vpn:
                                  far:
                                    members: [2]
                                    listen: %d
                                    max-offline: 2s
                                    peers: {ann: {public-key: "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=", network: acme/web, ips: [10.40.0.9]}}
                                """
                                .formatted(listen));
        assertThat(hosts.weft(1, "apply", "-f", file.toString()).err()).isEmpty();
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitPeerState("never");
        hosts.stopController();
        awaitPeerState("no-controller");
        member.close();
        hosts.startMember(2, null);
        awaitPeerState("no-controller");
        hosts.startController(java.util.Optional.of(file.toString()));
        awaitPeerState("never");
    }

    private void awaitPeerState(String state) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(hosts.weft(2, "show", "vpn", "-o", "json").out())
                .contains("\"ann\"").contains("\"state\":\"" + state + "\""));
    }

    @Test
    void shouldNotKeepARevisionOnTrial() throws IOException {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"");
        Path changed = Files.writeString(directory.resolve("changed.yaml"), hosts.fabric("20"));
        assertThat(hosts.weft(1, "apply", "-f", changed.toString(), "--confirm-within", "10m").status()).isZero();
        assertThat(member.ports().getFirst().spec().membership().isMember(20)).as("it runs").isTrue();
        hosts.stopController();
        member.close();

        MemberInstance again = hosts.startMember(2, null);

        assertThat(again.ports().getFirst().spec().membership().isMember(20)).as("after a restart alone").isFalse();
        assertThat(again.ports().getFirst().spec().membership().isMember(10)).isTrue();
    }

    @Test
    void shouldFallBackFromATrialByItselfWithoutAController() throws IOException {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"");
        Path changed = Files.writeString(directory.resolve("changed.yaml"), hosts.fabric("20"));
        assertThat(hosts.weft(1, "apply", "-f", changed.toString(), "--confirm-within", "3s").status()).isZero();
        hosts.stopController();

        assertThat(member.ports().getFirst().spec().membership().isMember(20)).as("not before its time").isTrue();
        await().atMost(PATIENCE).until(() -> member.ports().getFirst().spec().membership().isMember(10));
        hosts.startController(java.util.Optional.empty());
        awaitShown("members", "\"state\":\"up\"");
        assertThat(member.ports().getFirst().spec().membership().isMember(10)).as("as its controller says").isTrue();
    }

    @Test
    void shouldRefuseAStaleControllerAndAForeignOne() throws IOException {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"");
        Path stale = copy(hosts.data(1), directory.resolve("stale"));
        Path changed = Files.writeString(directory.resolve("changed.yaml"), hosts.fabric("20"));
        assertThat(hosts.weft(1, "apply", "-f", changed.toString()).status()).isZero();
        hosts.stopController();
        Path current = directory.resolve("current");
        Files.move(hosts.data(1), current);
        Files.move(stale, hosts.data(1));
        hosts.startController(java.util.Optional.empty());

        await().atMost(PATIENCE).until(() -> member.problem().contains("this member has revision 2"));
        assertThat(member.problem()).contains("the controller offers revision 1");
        assertThat(member.ports().getFirst().spec().membership().isMember(20)).as("it stays where it is").isTrue();

        hosts.stopController();
        Files.move(hosts.data(1), directory.resolve("stale"));
        hosts.startController(java.util.Optional.of(directory.resolve("fabric.yaml").toString()));
        await().atMost(PATIENCE).until(() -> member.problem().contains("another fabric"));

        hosts.stopController();
        Files.move(hosts.data(1), directory.resolve("foreign"));
        Files.move(current, hosts.data(1));
        hosts.startController(java.util.Optional.empty());
        await().atMost(PATIENCE).until(() -> member.problem().isEmpty());
    }

    @Test
    void shouldRefuseBadTokens() {
        assertThatThrownBy(() -> hosts.startMember(2, null)).isInstanceOf(RemoteException.class)
                .hasMessageContaining("has not joined yet: make a token with `weft member token 2`");
        assertThatThrownBy(() -> hosts.startMember(2, "nonsense")).isInstanceOf(RemoteException.class)
                .hasMessageContaining("is no token");
        assertThat(hosts.weft(1, "member", "token", "9").err()).contains("there is no member 9 in members [1, 2, 3]");
    }

    @Test
    void shouldEndARevokedMembersStreamAtOnceAndTakeItInAgainByANewToken() {
        MemberInstance member = hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"");

        assertThat(hosts.weft(1, "pki", "revoke", "member/2").status()).isZero();

        await().atMost(PATIENCE).until(() -> member.problem().contains("is revoked"));
        assertThat(hosts.weft(1, "show", "members", "-o", "json").out()).doesNotContain("127.0.0.1");
        assertThat(member.ports()).as("it goes on").isNotEmpty();
        member.close();
        hosts.startMember(2, hosts.token(2));
        awaitShown("members", "\"state\":\"up\"", "127.0.0.1");
    }

    private void awaitShown(String what, String... texts) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            String shown = hosts.weft(1, "show", what, "-o", "json").out();
            String second = what.equals("members") ? shown.substring(shown.indexOf("\"id\":2")) : shown;
            assertThat(second)
                    .contains(java.util.Arrays.stream(texts).filter(text -> !text.equals("\"id\":2")).toList());
        });
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}
