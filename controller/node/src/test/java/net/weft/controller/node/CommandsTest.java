package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.controller.node.RunningWeft.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that change an instance, against one as a person types them. */
class CommandsTest {
    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Result weft(String... arguments) {
        return running.weft(arguments);
    }

    @Test
    void shouldBeReadyWhileAPortOnlyWaitsForItsGuest() {
        assertThat(running.isReady()).isTrue();
    }

    @Test
    void shouldChangeZonesPoliciesAndNetworks() {
        assertThat(weft("zone", "add", "dmz").out()).isEqualTo("+ zone dmz\nrevision 2\n");
        assertThat(weft("zone", "add", "acme/lab", "intra=deny").out())
                .isEqualTo("+ zone acme/lab: intra deny\nrevision 3\n");
        assertThat(weft("network", "set", "acme/web", "zone=lab").out())
                .isEqualTo("~ network acme/web: zone - → lab\nrevision 4\n");
        assertThat(weft("policy", "add", "a", "from=dmz", "to=any", "match=tcp/22,icmp/echo", "action=allow").out())
                .isEqualTo(
                        "+ policy a: from [dmz], to any, match [tcp/22, icmp/echo], action allow, last\nrevision 5\n");
        Result shadowed = weft("policy", "add", "b", "from=any", "to=any", "action=drop", "before=a");
        assertThat(shadowed.out()).isEqualTo("+ policy b: from any, to any, action drop, before a\nrevision 6\n");
        assertThat(shadowed.err())
                .isEqualTo("weft: warning: policies.a: policy a never matches: policy b matches all of it before\n");
        Result moved = weft("policy", "set", "b", "after=a");
        assertThat(moved.out()).isEqualTo("~ policies: a last → before b\nrevision 7\n");
        assertThat(moved.err()).isEmpty();
        assertThat(weft("zone", "remove", "lab").err()).isEqualTo("weft: zones.lab: there is no such zone\n");
        assertThat(weft("zone", "remove", "acme/lab").err())
                .isEqualTo(
                        "weft: tenants.acme.zones.lab: zone acme/lab is used by network acme/web; change or remove it"
                                + " first\n");
        assertThat(weft("policy", "remove", "a").out()).isEqualTo("- policy a\nrevision 8\n");
        assertThat(weft("zone", "set", "dmz").status()).isEqualTo(2);
        assertThat(weft("policy").status()).isEqualTo(2);
        assertThat(weft("export").out()).contains("policies:", "zone: lab");
    }

    @Test
    void shouldWarnWithTheLineWhatAFileHardlyMeans() throws IOException {
        Files.writeString(running.file(),
                running.fabric(10) + "policies: [{name: p, from: any, to: any, action: drop}]\n");
        int line = (int) Files.readString(running.file()).lines().count();
        Result result = weft("diff", "-f", running.file().toString());
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEqualTo("weft: warning: " + running.file() + ":" + line
                + ": policies: without zones no policy is judged; name some in zones\n");
    }

    @Test
    void shouldPlanApplyAndDiff() throws IOException {
        Files.writeString(running.file(), running.fabric(11));
        Result dry = weft("apply", "-f", running.file().toString(), "--dry-run");
        assertThat(dry.out())
                .isEqualTo("~ network acme/web: vlan 10 → 11\ndry run: nothing was changed, revision 1 stands\n");
        assertThat(weft("diff", "-f", running.file().toString()).out()).isEqualTo("~ network acme/web: vlan 10 → 11\n");
        assertThat(weft("apply", "-f", running.file().toString()).out())
                .isEqualTo("~ network acme/web: vlan 10 → 11\nrevision 2\n");
        assertThat(weft("apply", "-f", running.file().toString()).out()).isEqualTo("no change, revision 2\n");
        assertThat(weft("diff", "-f", running.file().toString()).out()).isEmpty();
    }

    @Test
    void shouldNameFileLineAndPathOfEachFault() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.yaml"),
                "ports:\n  a: {type: tap, device: t0, access: 4095}\n  b: {type: nic, device: eth0, access: 10, colour: red}\n");
        Result result = weft("apply", "-f", bad.toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.startsWith("weft: " + bad + ":"));
        assertThat(result.err()).contains(bad + ":2: ports.a.access: 4095 is not a VLAN ID (1-4094)",
                ":3: ports.b.colour: ");
        assertThat(weft("export").out()).contains("web1");
    }

    @Test
    void shouldWarnThatAWorkersChangeWaitsForTheNextStart() throws IOException {
        Files.writeString(running.file(), "members: {1: {workers: {poll: always}}}\n" + running.fabric(10));
        String warning = "weft: warning: member 1: the workers change takes effect at the next weft up\n";
        assertThat(weft("diff", "-f", running.file().toString()).err()).isEqualTo(warning);
        Result applied = weft("apply", "-f", running.file().toString());
        assertThat(applied.err()).isEqualTo(warning);
        assertThat(applied.status()).isZero();
        assertThat(applied.out()).endsWith("revision 2\n");
        assertThat(weft("port", "set", "web1", "mtu=1400").err()).isEmpty();
    }

    @Test
    void shouldEditOnePort() {
        assertThat(weft("port", "set", "web1", "access=40").out()).startsWith("~ port web1: ").endsWith("revision 2\n");
        assertThat(weft("show", "vlans", "--port", "web1", "-o", "json").out()).contains("\"vid\":40");
        assertThat(weft("port", "remove", "db1").out()).isEqualTo("- port db1\nrevision 3\n");
        assertThat(weft("port", "remove", "db1").err()).isEqualTo("weft: ports.db1: there is no such port\n");
        assertThat(weft("port", "add", "x", "type=tap").status()).isEqualTo(1);
        assertThat(weft("port", "set", "web1", "access=41", "--base", "1").err())
                .isEqualTo("weft: the newest revision is 3, not 1; look at `weft diff` and try again\n");
    }

    @Test
    void shouldListWhatAnApplyWouldUndo() {
        assertThat(weft("port", "set", "web1", "mtu=9000").status()).isZero();
        Result refused = weft("apply", "-f", running.file().toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("port web1: mtu 9000 → -, made by command in revision 2", "--prune");
        assertThat(weft("apply", "-f", running.file().toString(), "--prune").out()).endsWith("revision 3\n");
    }

    @Test
    void shouldExportWhatAppliesAsNoChange() throws IOException {
        Path exported = Files.writeString(directory.resolve("exported.yaml"), weft("export").out());
        assertThat(weft("diff", "-f", exported.toString()).out()).isEmpty();
    }

    @Test
    void shouldRunWhatWasCommittedLastWhenStartedWithoutFile() {
        assertThat(weft("port", "remove", "db1").status()).isZero();
        running.close();
        running.start(Optional.empty());
        assertThat(weft("show", "ports", "-o", "json").out()).contains("web1").doesNotContain("db1\"");
        running.close();
        running.start(Optional.of(running.file()));
        assertThat(weft("show", "ports", "-o", "json").out()).as("the file is the one last given")
                .doesNotContain("db1\"");
    }

    @Test
    void shouldRefuseASecondInstance() {
        assertThatThrownBy(() -> running.start(Optional.empty()))
                .hasMessageContaining("another weft is running with this data directory");
        Instance.Options otherData = new Instance.Options(Optional.empty(), false, OptionalInt.empty(),
                directory.resolve("data2"), directory.resolve("c"));
        assertThatThrownBy(() -> Instance.start(otherData)).hasMessageContaining("another weft is running here");
    }

    @Test
    void shouldSayThatNobodyRuns() {
        running.close();
        Result result = weft("show", "ports");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("weft: unix:" + directory.resolve("c") + ": no weft is running here (no such"
                + " socket); start one with `weft up`, or say where it is with --control\n");
    }

    @Test
    void shouldEndWithTwoOnWrongUsage() {
        assertThat(weft("show", "nonsense").status()).isEqualTo(2);
        assertThat(weft("apply").status()).isEqualTo(2);
        assertThat(weft("port", "set", "web1", "access").status()).isEqualTo(2);
        assertThat(weft("show", "ports", "-o", "xml").status()).isEqualTo(2);
    }

    @Test
    void shouldAskForAnIdentityBeforeItCallsAnotherHost() {
        StringWriter err = new StringWriter();
        assertThat(Weft.run(new PrintWriter(new StringWriter()), new PrintWriter(err), "export", "--control",
                "127.0.0.1:4791", "--identity", "/nowhere")).isEqualTo(1);
        assertThat(err.toString())
                .contains("/nowhere/client.key: cannot be read; an admin makes it with `weft pki issue");
    }

    @Test
    void shouldExplainTheHost() {
        Result result = weft("doctor", "-f", running.file().toString());
        assertThat(result.out().lines()).allMatch(line -> line.matches("(ok|warn|fail) +.+"));
        assertThat(result.out()).contains("revision 1", "port web1", "waits for its guest", "jdk");
    }

    @Test
    void shouldLookAtTheDatagramQueueOnlyWhereAPortUsesIt() throws IOException {
        assertThat(weft("doctor", "-f", running.file().toString()).out()).doesNotContain("max_dgram_qlen");
        Files.writeString(running.file(),
                "ports: {a: {type: qemu, transport: dgram, local: %s/a, remote: %s/b, access: 10}}\n"
                        .formatted(directory, directory));
        assertThat(weft("doctor", "-f", running.file().toString()).out()).contains("max_dgram_qlen");
    }

    @Test
    void shouldHelpWithExamplesForEveryCommand() {
        for (String command : List.of("up", "apply", "diff", "export", "port", "show", "doctor", "completion",
                "example")) {
            assertThat(weft(command, "--help").out()).as(command).contains("Examples:");
        }
        assertThat(
                Weft.run(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), "completion"))
                .isZero();
    }

}
