package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.node.RunningWeft.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of {@code weft up -f} beside commands, over restarts and hang-ups. */
class MergedFileTest {
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

    private void restart() {
        running.close();
        running.start(Optional.of(running.file()));
    }

    private void write(String text) throws IOException {
        Files.writeString(running.file(), text);
    }

    @Test
    void shouldStartWithAnEditedFileAndKeepWhatCommandsMade() throws IOException {
        weft("port", "add", "c1", "type=qemu", "transport=stream", "socket=" + directory + "/c1", "mode=server",
                "access=30");
        write(running.fabric(11));
        restart();
        assertThat(weft("show", "vlans", "-o", "json").out()).contains("\"vid\":11", "\"vid\":30");
        assertThat(weft("show", "ports", "--port", "c1", "-o", "json").out()).contains("\"c1\"");
        assertThat(weft("doctor").out()).doesNotContain("degraded");
        assertThat(weft("apply", "-f", running.file().toString(), "--dry-run").err())
                .as("the file did not make c1").contains("- port c1, made by command in revision 2");
    }

    @Test
    void shouldNameAConflictUntilAnApplySettlesIt() throws IOException {
        weft("port", "set", "web1", "mtu=1400");
        write(running.fabric(10).replace("network: acme/web", "network: acme/web, mtu: 1300"));
        restart();
        String conflict = "port web1: the file has mtu - → 1300, and " + System.getProperty("user.name")
                + " in revision 2 has mtu - → 1400, which stays; settle it with `weft apply`";
        assertThat(weft("doctor").out()).contains("fail  degraded        " + conflict);
        assertThat(weft("export").out()).contains("mtu: 1400");
        assertThat(weft("show", "events", "--kind", "conflict", "-o", "json").out()).contains(
                "\"subject\":\"port web1\"",
                "the file has mtu - → 1300");
        running.close();
        running.start(Optional.empty());
        assertThat(weft("doctor").out()).as("over a restart").contains(conflict);
        assertThat(running.isReady()).isTrue();
        restart();
        assertThat(weft("doctor").out()).as("over a restart with the file").contains(conflict);
        weft("port", "set", "db1", "mtu=1200");
        assertThat(weft("doctor").out()).as("a command settles nothing").contains(conflict);
        assertThat(weft("apply", "-f", running.file().toString()).status()).isOne();
        assertThat(weft("doctor").out()).as("a refused apply settles nothing").contains(conflict);
        assertThat(weft("apply", "-f", running.file().toString(), "--prune").status()).isZero();
        assertThat(weft("doctor").out()).doesNotContain("degraded");
        assertThat(weft("export").out()).contains("mtu: 1300");
    }

    @Test
    void shouldSettleAConflictByAFileThatSaysWhatRuns() throws IOException {
        weft("port", "set", "web1", "mtu=1400");
        write(running.fabric(10).replace("network: acme/web", "network: acme/web, mtu: 1300"));
        restart();
        write(weft("export").out());
        assertThat(weft("apply", "-f", running.file().toString()).out()).isEqualTo("no change, revision 2\n");
        assertThat(weft("doctor").out()).doesNotContain("degraded");
        restart();
        assertThat(weft("doctor").out()).doesNotContain("degraded");
    }

    @Test
    void shouldMergeAgainOnHangUp() throws IOException {
        weft("port", "set", "db1", "mtu=1400");
        write(running.fabric(12));
        running.hangUp();
        assertThat(weft("show", "vlans", "-o", "json").out()).contains("\"vid\":12");
        assertThat(weft("export").out()).contains("mtu: 1400");
        write("ports: {web1: {type: tap, device: t, access: 4095}}\n");
        running.hangUp();
        assertThat(weft("doctor").out()).contains("degraded", running.file() + ":1: ports.web1.access: 4095",
                "the file changes nothing; revision 3 stands");
        assertThat(weft("show", "vlans", "-o", "json").out()).contains("\"vid\":12");
        write(running.fabric(12));
        running.hangUp();
        assertThat(weft("doctor").out()).as("a good file again").doesNotContain("degraded");
    }

    @Test
    void shouldStartWithAFaultyFileOrNoneWhereThereIsARevision() throws IOException {
        write("ports: {web1: {type: tap, device: t, access: 4095}}\n");
        restart();
        assertThat(weft("show", "vlans", "-o", "json").out()).contains("\"vid\":10");
        assertThat(weft("doctor").out()).contains("degraded", ":1: ports.web1.access: 4095");
        Files.delete(running.file());
        restart();
        assertThat(weft("doctor").out()).contains("degraded", "fabric.yaml: there is no such file");
        assertThat(running.isReady()).isTrue();
    }

    @Test
    void shouldNotStartWithAFaultyFileWhereThereIsNoRevision(@TempDir Path empty) throws IOException {
        Path faulty = Files.writeString(empty.resolve("f.yaml"), "ports: {a: {type: tap, device: t, access: 4095}}\n");
        Instance.Options options = new Instance.Options(Optional.of(faulty.toString()), false,
                java.util.OptionalInt.empty(), empty.resolve("data"), empty.resolve("c"));
        assertThatThrownBy(() -> Instance.start(options)).isInstanceOf(FailedException.class)
                .hasMessageContaining(":1: ports.a.access: 4095");
    }

    @Test
    void shouldRunWhatTheLogHasWhereNoFileCanBeRead() throws IOException {
        weft("port", "set", "web1", "access=40");
        running.close();
        damageFiles();
        running.start(Optional.empty());
        assertThat(weft("export").out()).contains("access: 40");
        assertThat(weft("port", "set", "web1", "mtu=1400").out()).endsWith("revision 3\n");
    }

    private void damageFiles() throws IOException {
        for (String revision : new String[]{"1", "2"}) {
            Files.write(directory.resolve("data/revisions/000000000" + revision + ".json"), new byte[0]);
        }
    }

    @Test
    void shouldKeepPortsClosedWhereNoRevisionCanBeRead() throws IOException {
        weft("port", "set", "web1", "access=40");
        running.close();
        damageFiles();
        Files.move(directory.resolve("data/raft"), directory.resolve("raft"));
        for (Optional<Path> given : java.util.List.of(Optional.<Path>empty(), Optional.of(running.file()))) {
            running.start(given);
            assertThat(running.isReady()).isFalse();
            assertThat(weft("doctor").out()).contains("fail  recovery", "none of the revisions can be read",
                    "begin anew with `weft apply -f FILE`");
            assertThat(weft("port", "add", "x", "type=tap", "device=x", "access=1").err())
                    .contains("nothing can be changed by command in recovery");
            assertThat(directory.resolve("web1")).as("its socket is not made").doesNotExist();
            running.hangUp();
            assertThat(weft("doctor").out()).contains("recovery");
            if (given.isPresent()) {
                assertThat(weft("show", "ports", "--port", "web1", "-o", "json").out())
                        .contains("\"state\":\"down\",\"reason\":\"recovery\"");
                assertThat(weft("apply", "-f", running.file().toString()).out())
                        .as("1 and 2 were others").endsWith("revision 3\n");
                assertThat(weft("doctor").out()).doesNotContain("recovery");
                assertThat(directory.resolve("web1")).exists();
            }
            running.close();
        }
        running.start(Optional.empty());
    }

    @Test
    void shouldMakeNoRevisionOfANoChange() throws IOException {
        write("# a comment\n" + running.fabric(10));
        assertThat(weft("apply", "-f", running.file().toString()).out()).isEqualTo("no change, revision 1\n");
        assertThat(directory.resolve("data/revisions/0000000002.json")).doesNotExist();
        assertThat(weft("trace", "--from", "web1", "arp 10.0.0.1 > 10.0.0.2 vlan 20").out())
                .as("lines are those of the file given last").contains("line 4, ports.web1.network");
        weft("port", "set", "web1", "mtu=1400");
        write(weft("export").out());
        assertThat(weft("apply", "-f", running.file().toString()).out()).isEqualTo("no change, revision 2\n");
        write(Files.readString(running.file()).replace("1400", "1300"));
        assertThat(weft("apply", "-f", running.file().toString()).err())
                .as("what a file has said is the file's").isEmpty();
    }
}
