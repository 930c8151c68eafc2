package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.weft.controller.node.RunningWeft.Result;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the command that change the fabric and look at its revisions, each typed as people and scripts rely on it. */
class ChangeWordsTest {
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

    /** Types a line, whose words are divided by blanks; FILE is the file that the instance was started with. */
    private Result weft(String line) {
        return running.weft(line.replace("FILE", running.file().toString()).split(" "));
    }

    private String done(String line) {
        Result result = weft(line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isZero();
        return result.out();
    }

    private void refused(int status, String line) {
        Result result = weft(line);
        assertThat(result.status()).as(line).isEqualTo(status);
        assertThat(result.out()).as("%s: nothing but the asked-for output goes to standard output", line).isEmpty();
        assertThat(result.err()).as(line).isNotEmpty();
    }

    private long revision() {
        return Long.parseLong(done("history --limit 1 -o json").replaceAll("(?s).*?\"revision\":(\\d+).*", "$1"));
    }

    @Test
    void shouldApply() throws IOException {
        Files.writeString(running.file(), running.fabric(11));
        assertThat(done("apply -f FILE --dry-run")).contains("vlan 10 → 11", "dry run");
        assertThat(revision()).isOne();
        assertThat(done("apply -f FILE --base 1")).endsWith("revision 2\n");
        refused(1, "apply -f FILE --base 1 --dry-run");
        done("port set web1 mtu=1400");
        refused(1, "apply -f FILE");
        assertThat(done("apply -f FILE --prune")).endsWith("revision 4\n");
        refused(2, "apply");
        refused(1, "apply -f " + directory.resolve("none"));
    }

    @Test
    void shouldApplyForATimeAndConfirm() throws IOException {
        Files.writeString(running.file(), running.fabric(11));
        assertThat(weft("apply -f FILE --confirm-within 1h").out()).endsWith("revision 2\n");
        assertThat(done("confirm")).isEqualTo("revision 2 stands\n");
        refused(1, "confirm");
        refused(2, "apply -f FILE --confirm-within soon");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "port add NEW type=qemu transport=stream socket=/tmp/weft-words mode=client access=20|port set NEW mtu=1400|port remove NEW",
            "network add acme/NEW vlan=30|network set acme/NEW vlan=31|network remove acme/NEW",
            "zone add NEW intra=deny|zone set NEW intra=allow|zone remove NEW",
            "policy add NEW from=[any] to=[any] match=[tcp/80] action=allow|policy set NEW action=drop|policy remove NEW",
            "lag add NEW ports=[l1,l2] access=20|lag set NEW min-links=2|lag remove NEW"})
    void shouldAddSetAndRemoveOneObjectAtATime(String lines) {
        if (lines.startsWith("lag")) {
            done("port add l1 type=nic device=weft-none1 access=20");
            done("port add l2 type=nic device=weft-none2 access=20");
        }
        List<String> three = List.of(lines.replace("NEW", "new1").split("\\|"));
        String add = three.getFirst();
        String set = three.get(1);
        String remove = three.getLast();
        long before = revision();
        refused(1, set);
        refused(1, remove);
        assertThat(done(set + " --if-exists")).isEqualTo("no change, revision " + before + "\n");
        assertThat(done(remove + " --if-exists")).isEqualTo("no change, revision " + before + "\n");
        assertThat(weft(add).out()).endsWith("revision " + (before + 1) + "\n");
        refused(1, add);
        assertThat(weft(add + " --may-exist").out()).isEqualTo("no change, revision " + (before + 1) + "\n");
        assertThat(weft(set).out()).endsWith("revision " + (before + 2) + "\n");
        assertThat(weft(remove).out()).endsWith("revision " + (before + 3) + "\n");
        if (!lines.startsWith("lag")) {
            assertThat(done("diff " + before + " running")).isEmpty();
        } else {
            assertThat(done("diff " + before + " running")).as("its legs go with it")
                    .isEqualTo("- port l1\n- port l2\n");
        }
    }

    @Test
    void shouldMakeSeveralEditsOneRevision() throws IOException {
        Path edits = Files.writeString(directory.resolve("edits.txt"),
                "port set web1 network=acme/db\nnetwork add acme/db vlan=20\n");
        assertThat(done("batch -f " + edits)).contains("+ network acme/db").endsWith("revision 2\n");
        Files.writeString(edits, "port set web1 mtu=1400\nport remove nosuch\n");
        refused(1, "batch -f " + edits);
        assertThat(revision()).as("all or nothing").isEqualTo(2);
    }

    @Test
    void shouldLookBackAndGoBack() {
        done("port set web1 mtu=1400 --comment ticket");
        assertThat(done("diff -f FILE")).isEqualTo("~ port web1: mtu 1400 → -\n");
        assertThat(done("diff 1 2")).isEqualTo("~ port web1: mtu - → 1400\n");
        assertThat(done("history -o json")).startsWith("[{\"revision\":2,").contains("\"time\":\"20", "\"who\":\"",
                "\"comment\":\"ticket\"", "\"changes\":[\"~ port web1: mtu - → 1400\"]");
        assertThat(done("history -o yaml")).contains("revision: 2", "comment: ticket");
        assertThat(done("history -o table")).contains("REVISION", "TIME", "WHO", "COMMENT", "CHANGES");
        assertThat(done("rollback 1")).endsWith("revision 3\n");
        refused(1, "rollback 9");
        refused(2, "rollback");
    }

    @Test
    void shouldExportTheFileWithItsComments() throws IOException {
        String file = running.fabric(10).replace("ports:\n", "# what people use\nports:   # two\n");
        Files.writeString(running.file(), file);
        done("apply -f FILE");
        done("port set db1 enabled=true");
        String exported = done("export");
        assertThat(exported).startsWith(file.replace(", enabled: false", "").stripTrailing());
        Files.writeString(running.file(), exported);
        assertThat(done("diff -f FILE")).as("it applies as no change").isEmpty();
    }

    @Test
    void shouldBackUpAndRestore() {
        String backup = directory.resolve("weft.backup").toString();
        weft("backup " + backup);
        assertThat(Path.of(backup)).exists();
        done("port set web1 mtu=1400");
        assertThat(weft("restore " + backup).status()).isZero();
        assertThat(done("diff 1 running")).isEmpty();
        refused(2, "backup");
        refused(1, "restore " + directory.resolve("none"));
    }

    @Test
    void shouldShowEvents() {
        done("port set web1 mtu=1400");
        String keys = done("show events -o json");
        assertThat(keys).startsWith("[{").contains("\"time\":\"20", "\"kind\":\"revision\"",
                "\"subject\":\"revision 2\"",
                "\"message\":\"", "\"who\":\"" + System.getProperty("user.name") + "\"");
        assertThat(done("show events -o yaml")).contains("kind: revision");
        assertThat(done("show events -o table")).contains("TIME", "KIND", "SUBJECT", "MESSAGE", "WHO");
        refused(2, "show events -o xml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events --follow --after 1", "show events --watch -o json", "show events --watch"})
    void shouldGoOnShowingEvents(String line) throws InterruptedException {
        StringWriter out = new StringWriter();
        String[] words = (line + " --control unix:" + directory.resolve("c")).split(" ");
        Thread follower = Thread.ofVirtual()
                .start(() -> Weft.run(new PrintWriter(out, true), new PrintWriter(new StringWriter()), words));
        if (line.startsWith("show")) {
            Awaitility.await().until(() -> out.toString().contains("revision 1"));
        }
        done("port set web1 mtu=1400");
        Awaitility.await().until(() -> out.toString().contains("revision 2"));
        running.close();
        follower.join();
        running.start(Optional.empty());
    }
}
