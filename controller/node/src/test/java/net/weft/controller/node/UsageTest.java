package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.controller.node.RunningWeft.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers to lines of a person who does not know every word yet. */
class UsageTest {
    @TempDir
    static Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private static RunningWeft running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningWeft(directory);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            list ports             | weft show ports
            ls                     |
            ports                  | weft show ports
            port list              | weft show ports
            show port              | weft show ports
            show port web1         | weft show ports --port web1
            show fdb               | weft show macs
            get interfaces         | weft show ports
            port del web1          | weft port remove web1
            port delete web1       | weft port remove web1
            delete port web1       | weft port remove web1
            ports add x            | weft port add x KEY=VALUE...
            zone rm dmz            | weft zone remove dmz
            policy create p        | weft policy add p KEY=VALUE...
            network update acme/web| weft network set acme/web KEY=VALUE...
            policies               | weft show policies
            status                 | weft doctor
            stats                  | weft show counters
            conntrack              | weft show connections
            reload                 | weft apply -f FILE
            start                  | weft up -f FILE
            add-port br0 web1      | weft port add NAME KEY=VALUE...
            """)
    void shouldProposeTheRightCommand(String line, @Nullable String proposal) {
        Result result = running.weft(line.split(" "));
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        if (proposal == null) {
            assertThat(result.err()).doesNotContain("did you mean `");
            return;
        }
        assertThat(result.err()).hasLineCount(1).contains("did you mean `" + proposal + "`");
        Matcher proposed = Pattern.compile("`(weft [^`]*)`").matcher(result.err().substring(result.err()
                .indexOf("did you mean")));
        while (proposed.find()) {
            String[] words = proposed.group(1).replaceFirst("weft ", "")
                    .replaceFirst(" (-|[A-Z]|web1|acme|dmz|x|p\\b).*", "")
                    .concat(" --help").split(" ");
            assertThat(running.weft(words).status()).as(proposed.group()).isZero();
        }
    }

    @Test
    void shouldTakeTheControlSocketBeforeTheCommand() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Weft.run(new PrintWriter(out), new PrintWriter(err), "--control", "unix:" + directory.resolve("c"),
                "show", "ports", "-o", "json")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("web1");
        assertThat(
                Weft.run(new PrintWriter(out), new PrintWriter(err), "--control", "unix:" + directory.resolve("none"),
                        "show", "ports", "--control", "unix:" + directory.resolve("c")))
                .as("the nearer one counts").isZero();
        assertThat(Weft.run(new PrintWriter(out), new PrintWriter(err), "--control=unix:" + directory.resolve("none"),
                "show", "ports")).isOne();
    }

    @Test
    void shouldTakeWhatIsThereOrNotAsTold() {
        String[] add = {"port", "add", "x", "type=tap", "device=weftx", "access=30", "enabled=false"};
        long before = revision();
        assertThat(running.weft(add).status()).isZero();
        assertThat(running.weft(add).err()).isEqualTo("weft: ports.x: exists already\n");
        assertThat(running.weft("port", "add", "x", "access=30", "--may-exist").out())
                .isEqualTo("no change, revision " + (before + 1) + "\n");
        assertThat(running.weft("port", "add", "--may-exist", "x", "access=31").out())
                .contains("access 30 → 31");
        assertThat(running.weft("port", "set", "y", "access=30", "--if-exists").out()).startsWith("no change");
        assertThat(running.weft("port", "remove", "x", "--if-exists").out()).startsWith("- port x");
        assertThat(running.weft("port", "remove", "x", "--if-exists").out()).startsWith("no change");
        assertThat(running.weft("port", "remove", "x").status()).isOne();
        assertThat(running.weft("zone", "add", "dmz").status()).isZero();
        assertThat(running.weft("zone", "add", "dmz", "--may-exist").out()).startsWith("no change");
        assertThat(running.weft("zone", "set", "dmx", "intra=deny", "--if-exists").out()).startsWith("no change");
        assertThat(running.weft("zone", "remove", "dmz", "--if-exists").out()).startsWith("- zone dmz");
        assertThat(running.weft("policy", "remove", "p", "--if-exists").out()).startsWith("no change");
        assertThat(running.weft("network", "remove", "acme/x", "--if-exists").out()).startsWith("no change");
    }

    private static long revision() {
        Matcher revision = Pattern.compile("revision (\\d+)")
                .matcher(running.weft("port", "set", "web1", "mtu=", "--dry-run").out());
        assertThat(revision.find()).isTrue();
        return Long.parseLong(revision.group(1));
    }

    @Test
    void shouldMakeABatchOneRevision() throws IOException {
        long before = revision();
        Path edits = Files.writeString(directory.resolve("edits"),
                """
                        # a port before its network
                        port add b1 type=qemu transport=stream socket=%s/b1 mode=server network=acme/batch 'description=in a batch'
                        network add acme/batch vlan=40
                        weft port add --may-exist db1 mtu=1400

                        zone remove nothing --if-exists
                        """
                        .formatted(directory));
        assertThat(running.weft("batch", "-f", edits.toString(), "--dry-run").out()).endsWith("revision " + before
                + " stands\n");
        Result made = running.weft("batch", "-f", edits.toString());
        assertThat(made.err()).isEmpty();
        assertThat(made.out()).isEqualTo("+ network acme/batch: vlan 40\n~ port db1: mtu - → 1400\n"
                + "+ port b1: type qemu, transport stream, socket " + directory
                + "/b1, mode server, network acme/batch, description in a batch\n"
                + "revision " + (before + 1) + "\n");
        Files.writeString(edits, "port set web1 access=41\nport set nope access=1\nport set web1 acces=2\n");
        Result refused = running.weft("batch", "-f", edits.toString());
        assertThat(refused.status()).isOne();
        assertThat(refused.err().lines()).hasSize(2)
                .anyMatch(line -> line.contains("ports.nope: there is no such port"))
                .anyMatch(line -> line.contains("ports.web1.acces: unknown key; did you mean access?"));
        Files.writeString(edits, "port set web1\nport list\nport add 'x access=1\n");
        assertThat(running.weft("batch", "-f", edits.toString()).err().lines()).anyMatch(line -> line
                .startsWith("weft: " + edits + ":2: expected port, network, zone, policy or lag"))
                .anyMatch(line -> line.equals("weft: " + edits + ":3: the quote ' is not closed"));
        assertThat(running.weft("batch", "-f", "/dev/null").out()).isEqualTo("no change, revision " + (before + 1)
                + "\n");
        assertThat(revision()).isEqualTo(before + 1);
    }
}
