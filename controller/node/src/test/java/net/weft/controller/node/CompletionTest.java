package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.weft.controller.cli.connect.Surroundings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion at the end of a line, and the help of every command. */
class CompletionTest {
    @TempDir
    static Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private static RunningWeft running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningWeft(directory);
        running.weft("zone", "add", "dmz");
        running.weft("policy", "add", "web-in", "from=any", "to=dmz", "action=allow");
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String run(Map<String, String> environment, String... words) {
        StringWriter out = new StringWriter();
        Surroundings here = new Surroundings(environment, directory, 1, System.in, OptionalInt.empty(), false);
        here.call(() -> Weft.run(new PrintWriter(out), new PrintWriter(out), words));
        return out.toString();
    }

    private static List<String> complete(String line) {
        return run(Map.of("WEFT_CONTROL", "unix:" + directory.resolve("nowhere")), "complete", line).lines().toList();
    }

    /** The control socket is in the environment, as a person has it who completes. */
    private static List<String> completeHere(String line) {
        return run(Map.of("WEFT_CONTROL", "unix:" + directory.resolve("c")), "complete", line).lines().toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            weft sh|plain show
            weft show po|plain ports policies
            weft apply -f |files
            weft up -f fab|files
            weft port set |plain web1 db1
            weft port remove w|plain web1
            weft rollback |plain 3 2 1
            weft show revision 2|plain 2
            weft port add |plain
            weft port migrate d|plain db1
            weft show ports --port |plain web1 db1
            weft show ports --state |plain up down disabled
            weft show ports -o |plain table wide json yaml
            weft show counters --by |plain port vlan worker
            weft show vlans --vlan |plain 10 20 30 31
            weft show networks --tenant |plain acme
            weft show policies --zone d|plain dmz
            weft show drops --reason not-m|plain not-member
            weft show connections --policy |plain web-in
            weft show connections --network |plain acme/web
            weft trace --from w|plain web1
            weft capture --port |plain web1 db1
            weft guest qemu |plain web1 db1
            weft zone set |plain none local dmz
            weft policy remove |plain web-in
            weft network set |plain acme/web
            weft port set web1 acc|nospace access=
            weft port set web1 access=30 acc|nospace
            weft port set web1 enabled=|plain enabled=true enabled=false
            weft port add x type=q|plain type=qemu
            weft port set web1 network=|plain network=acme/web
            weft policy add p action=|plain action=allow action=drop action=reject
            weft policy set web-in bef|nospace before=
            weft zone add z intra=|plain intra=allow intra=deny
            weft show ports --wat|plain --watch
            ./weft connections k|plain kill
            weft nonsense |plain
            """)
    void shouldCompleteALine(String line, String expected) {
        assertThat(String.join(" ", completeHere(line))).isEqualTo(expected.strip());
    }

    @Test
    void shouldAskTheInstanceOnTheLine() {
        assertThat(complete("weft port set --control unix:" + directory.resolve("c") + " ")).contains("web1");
        assertThat(complete("weft --control unix:" + directory.resolve("c") + " port set ")).contains("web1");
        assertThat(complete("weft port set --control unix:" + directory.resolve("none") + " "))
                .containsExactly("plain");
    }

    @Test
    void shouldWorkInBash() throws IOException, InterruptedException {
        Path weft = Files.writeString(directory.resolve("weft"),
                """
                        #!/bin/bash
                        if [[ $1 == example ]]; then echo quickstart; exit; fi
                        if [[ $2 == *access=* ]]; then printf 'plain\\naccess=10\\naccess=20\\n'; else printf 'plain\\nweb1\\ndb1\\n'; fi
                        """);
        assertThat(weft.toFile().setExecutable(true)).isTrue();
        Path script = Files.writeString(directory.resolve("script"), run(Map.of(), "completion") + """
                complete_line() {
                    COMP_LINE=$1 COMP_POINT=${#1}; COMPREPLY=()
                    _weft %s
                    echo "${COMPREPLY[*]}"
                }
                complete_line 'weft port set '
                complete_line 'weft port set web1 access='
                complete_line 'weft example q'
                """.formatted(weft));
        Process bash = new ProcessBuilder("bash", "--norc", script.toString()).redirectErrorStream(true).start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        assertThat(out).isEqualTo("web1 db1\n10 20\nquickstart\n");
    }

    @Test
    void shouldPrintHelpAsWideAsTheTerminalWithExamplesWhole() {
        for (int width : new int[]{60, 80, 120, 200}) {
            Surroundings here = new Surroundings(Map.of(), directory, 1, System.in, OptionalInt.of(width), true);
            for (String command : List.of("", "up", "apply", "port", "port add", "port migrate", "show ports",
                    "show workers", "show connections", "trace", "capture", "guest qemu", "guest xml", "batch",
                    "doctor",
                    "completion", "zone", "policy add", "top", "connections kill", "network set")) {
                StringWriter out = new StringWriter();
                String[] words = (command + " --help").strip().split(" ");
                here.call(() -> Weft.run(new PrintWriter(out), new PrintWriter(out), words));
                String help = out.toString();
                assertThat(help).as(command).doesNotContain("null", "\u001b")
                        .doesNotContainPattern("\\$\\{[A-Z]");
                assertThat(help.lines().takeWhile(line -> !line.equals("Examples:"))).as(command + " at " + width)
                        .allMatch(line -> line.length() <= width);
                assertThat(help).as(command).contains("Examples:");
                assertThat(help.lines().dropWhile(line -> !line.equals("Examples:")).skip(1)
                        .takeWhile(line -> !line.isEmpty())).as(command + " at " + width)
                        .allMatch(line -> line.startsWith("  "));
            }
        }
        assertThat(run(Map.of(), "guest", "qemu", "--help"))
                .contains("  qemu-system-x86_64 -accel kvm -drive file=web1.qcow2 \"${nic[@]}\"");
    }
}
