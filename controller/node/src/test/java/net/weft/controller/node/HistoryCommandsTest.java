package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.weft.controller.node.RunningWeft.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at revisions and go back to them, as a person types them. */
class HistoryCommandsTest {
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
    void shouldSayWhichRevisionsAreNotKeptAnyMore() throws IOException {
        weft("port", "set", "web1", "access=40");
        weft("port", "set", "web1", "access=50");
        Files.delete(directory.resolve("data/revisions/0000000002.json"));
        List<String> lines = weft("history").out().lines().toList();
        assertThat(lines.get(1)).contains("port set web1").doesNotContain("not kept");
        assertThat(lines.get(2)).matches(" +2 .* \\(not kept any more\\) ~ port web1: .*access - → 40.*");
        assertThat(weft("history", "-o", "json").out()).contains("\"gone\":true").contains("\"gone\":false");
        assertThat(weft("rollback", "2").err()).contains("revision 2");
    }

    @Test
    void shouldListWhoChangedWhat() {
        String me = System.getProperty("user.name");
        weft("port", "set", "web1", "access=40", "--comment", "ticket 4711", "--as", "night shift");
        List<String> lines = weft("history").out().lines().toList();
        assertThat(lines.getFirst()).matches("REVISION +TIME +WHO +COMMAND +COMMENT +CHANGES");
        assertThat(lines.get(1)).matches(" +2  20\\S+Z  " + me
                + " \\(night shift\\)  port set web1 +ticket 4711  ~ port web1: .*access - → 40.*");
        assertThat(lines.get(2)).matches(" +1  20\\S+Z  " + me + " +apply +- .*\\+ tenant acme and \\d+ more");
        assertThat(lines).hasSize(3);
        String json = weft("history", "--limit", "1", "-o", "json").out();
        assertThat(json).contains("\"revision\":2", "\"time\":\"20", "\"who\":\"" + me + "\"",
                "\"comment\":\"ticket 4711\"", "\"command\":\"port set web1\"", "\"changes\":[\"~ port web1: ",
                "\"claimed-name\":\"night shift\"", "\"process\":" + ProcessHandle.current().pid(),
                "\"unconfirmed\":false").doesNotContain("\"revision\":1,");
        assertThat(weft("history", "--before", "2", "-o", "json").out()).contains("\"revision\":1,")
                .doesNotContain("\"revision\":2,");
        assertThat(weft("history", "--limit", "1").err()).isEqualTo("weft: older ones: weft history --before 2\n");
        assertThat(weft("history", "--limit", "0").status()).isEqualTo(2);
        assertThat(weft("history", "--limit", "10001").status()).isEqualTo(2);
    }

    @Test
    void shouldRefuseAnUnfitComment() {
        assertThat(weft("port", "set", "web1", "access=40", "--comment", "a\nb").err())
                .isEqualTo("weft: --comment: has a control character, expected one line of text\n");
        assertThat(weft("port", "set", "web1", "access=40", "--comment", "x".repeat(501)).err())
                .isEqualTo("weft: --comment: 501 characters, expected at most 500\n");
        assertThat(weft("port", "set", "web1", "access=40", "--as", "x".repeat(65)).status()).isOne();
        assertThat(weft("history").out().lines()).as("nothing was changed").hasSize(2);
    }

    @Test
    void shouldShowARevisionAsAFile() throws IOException {
        weft("port", "set", "web1", "access=40", "--comment", "ticket 4711");
        Result shown = weft("show", "revision", "1");
        assertThat(shown.out()).startsWith("# revision 1, 20").contains("network: acme/web")
                .doesNotContain("access: 40");
        Path then = Files.writeString(directory.resolve("then.yaml"), shown.out());
        assertThat(weft("diff", "1", "-f", then.toString()).out()).as("it is the configuration").isEmpty();
        assertThat(weft("show", "revision").out()).startsWith("# revision 2, ").contains("# ticket 4711\n",
                "access: 40");
        assertThat(weft("show", "revision", "2", "-o", "json").out()).contains("\"revision\":2",
                "\"configuration\":\"");
        assertThat(weft("show", "revision", "7").err())
                .isEqualTo("weft: there is no revision 7; revisions 1 to 2 are kept\n");
    }

    @Test
    void shouldCompareRevisions() throws IOException {
        weft("port", "set", "web1", "mtu=1400");
        weft("port", "remove", "db1");
        assertThat(weft("diff", "1", "3").out()).isEqualTo("- port db1\n~ port web1: mtu - → 1400\n");
        assertThat(weft("diff", "3", "1").out()).contains("+ port db1", "~ port web1: mtu 1400 → -");
        assertThat(weft("diff", "2").out()).isEqualTo("- port db1\n");
        assertThat(weft("diff", "2", "running").out()).isEqualTo("- port db1\n");
        assertThat(weft("diff", "2", "2").out()).isEmpty();
        assertThat(weft("diff", "2", "-f", running.file().toString()).out()).isEqualTo("~ port web1: mtu 1400 → -\n");
        assertThat(weft("diff", "2", "9").err()).isEqualTo("weft: there is no revision 9; revisions 1 to 3 are kept\n");
        assertThat(weft("diff").status()).isEqualTo(2);
        assertThat(weft("diff", "x", "y").status()).isEqualTo(2);
        assertThat(weft("diff", "1", "2", "-f", running.file().toString()).status()).isEqualTo(2);
    }

    @Test
    void shouldRollBack() {
        weft("port", "set", "web1", "mtu=1400");
        weft("port", "remove", "db1");
        assertThat(weft("rollback", "1", "--dry-run").out()).contains("+ port db1",
                "dry run: nothing was changed, revision 3 stands");
        assertThat(weft("rollback", "1", "--base", "2").err()).contains("the newest revision is 3, not 2");
        assertThat(weft("rollback", "1", "--comment", "too early").out()).contains("+ port db1",
                "~ port web1: mtu 1400 → -").endsWith("revision 4\n");
        assertThat(weft("diff", "1", "4").out()).isEmpty();
        assertThat(weft("history", "-o", "json", "--limit", "1").out()).contains("\"command\":\"roll-back to 1\"",
                "\"comment\":\"too early\"");
        assertThat(weft("rollback", "1").out()).isEqualTo("no change, revision 4\n");
        assertThat(weft("rollback", "9").err()).isEqualTo("weft: there is no revision 9; revisions 1 to 4 are kept\n");
        assertThat(weft("rollback").status()).isEqualTo(2);
        assertThat(weft("show", "ports", "-o", "json").out()).contains("\"name\":\"db1\"", "\"interface\":\"1/0/2\"");
    }

    @Test
    void shouldTryOutAndConfirm() {
        Result tried = weft("port", "set", "web1", "mtu=1400", "--confirm-within", "1h");
        assertThat(tried.out()).isEqualTo("~ port web1: mtu - → 1400\nrevision 2\n");
        assertThat(tried.err())
                .matches("weft: revision 2 is rolled back at 20\\S+Z unless `weft confirm` comes before\n");
        assertThat(weft("history", "--limit", "1").out()).contains("(not confirmed) ~ port web1");
        assertThat(weft("port", "remove", "db1").err()).startsWith("weft: revision 2 waits to be confirmed, until ");
        assertThat(weft("confirm", "1").err()).isEqualTo("weft: revision 2 waits to be confirmed, not 1\n");
        assertThat(weft("confirm").out()).isEqualTo("revision 2 stands\n");
        assertThat(weft("confirm").err()).isEqualTo("weft: no revision waits to be confirmed; revision 2 stands\n");
        assertThat(weft("port", "remove", "db1").out()).endsWith("revision 3\n");
        assertThat(weft("history", "--limit", "2").out()).doesNotContain("(not confirmed)");
    }

    @Test
    void shouldFallBackAtTheNextStartToWhatWasConfirmed() {
        weft("port", "set", "web1", "mtu=1400", "--confirm-within", "1h");
        running.close();
        running.start(java.util.Optional.of(running.file()));
        assertThat(weft("diff", "1", "running").out()).isEmpty();
        assertThat(weft("history", "--limit", "1").out())
                .contains("roll-back of revision 2 to 1: weft ended before it was confirmed");
        assertThat(weft("history").out()).as("the control: it was there").contains("port set web1");
    }

    @Test
    void shouldCancelATrialByRollBack() {
        weft("port", "set", "web1", "mtu=1400", "--confirm-within", "90s");
        assertThat(weft("rollback", "1").out()).isEqualTo("~ port web1: mtu 1400 → -\nrevision 3\n");
        assertThat(weft("port", "remove", "db1").status()).isZero();
    }

    @Test
    void shouldRefuseAnUnfitTime() {
        for (String time : List.of("0s", "2", "-1s", "1d", "soon")) {
            assertThat(weft("port", "set", "web1", "mtu=1400", "--confirm-within", time).status()).as(time)
                    .isEqualTo(2);
        }
        assertThat(weft("port", "set", "web1", "mtu=1400", "--confirm-within", "25h").err())
                .isEqualTo("weft: --confirm-within: 90000000 ms, expected 1 s to 24 h\n");
        assertThat(weft("history").out().lines()).hasSize(2);
    }

    @Test
    void shouldTakeTheWordsOnEveryChange() {
        Stream.of("apply", "batch", "rollback", "port add", "port set", "port remove", "network add", "network set",
                "network remove", "zone add", "zone set", "zone remove", "policy add", "policy set", "policy remove",
                "lag add", "lag set", "lag remove", "lag drain", "lag undrain").forEach(command -> {
                    Stream<String> words = Stream.concat(Stream.of(command.split(" ")), Stream.of("--help"));
                    assertThat(weft(words.toArray(String[]::new)).out()).as(command).contains("--base", "--dry-run",
                            "--comment", "--as", "--confirm-within");
                });
        Stream.of("vpn add", "vpn rotate", "vpn revoke").forEach(command -> {
            Stream<String> words = Stream.concat(Stream.of(command.split(" ")), Stream.of("--help"));
            assertThat(weft(words.toArray(String[]::new)).out()).as(command).contains("--base", "--comment", "--as");
        });
    }

    @Test
    void shouldTellEventsOfChangesAndRefusals() {
        weft("port", "set", "web1", "access=4095", "--as", "ci");
        weft("port", "set", "web1", "mtu=1400");
        String me = System.getProperty("user.name");
        List<String> lines = weft("events").out().lines().toList();
        assertThat(lines).anyMatch(line -> line.matches("20\\S+Z  refused  port set web1  by " + me
                + " \\(ci\\)  ports.web1.access: 4095 is not a VLAN ID \\(1-4094\\)"));
        assertThat(lines).anyMatch(line -> line.matches("20\\S+Z  revision  revision 2  by " + me
                + "  port set web1: ~ port web1: mtu - → 1400"));
        String json = weft("events", "--kind", "refused", "-o", "json").out();
        assertThat(json.lines()).hasSize(1);
        assertThat(json).contains("\"kind\":\"refused\"", "\"claimed-name\":\"ci\"",
                "\"process\":" + ProcessHandle.current().pid());
        assertThat(weft("events", "--kind", "nonsense").status()).isEqualTo(2);
        running.close();
        running.start(java.util.Optional.empty());
        assertThat(weft("events", "--kind", "refused").out()).as("over a restart").contains("4095");
        assertThat(weft("show", "events", "--kind", "refused", "-o", "json").out()).contains("\"position\":");
    }

    @Test
    void shouldFollowEventsBehindAPosition() throws InterruptedException {
        String position = weft("events", "-o", "json", "--kind", "revision").out()
                .replaceAll("(?s).*\"position\":(\\d+).*", "$1");
        AtomicReference<Result> followed = new AtomicReference<>();
        Thread follower = Thread.ofVirtual().start(() -> followed
                .set(weft("events", "--follow", "--after", position, "--kind", "revision", "-o", "json")));
        weft("port", "set", "web1", "mtu=1400");
        weft("port", "set", "web1", "mtu=1401");
        running.close();
        follower.join();
        assertThat(followed.get().status()).as("it ends with the instance").isOne();
        assertThat(followed.get().err()).isEqualTo("weft: weft ends\n");
        assertThat(followed.get().out().lines()).as(followed.get().err()).hasSize(2);
        assertThat(followed.get().out()).contains("\"subject\":\"revision 2\"", "\"subject\":\"revision 3\"");
        running.start(java.util.Optional.empty());
    }
}
