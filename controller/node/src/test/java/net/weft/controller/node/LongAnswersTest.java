package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.weft.controller.node.RunningWeft.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that grow with the input arrive whole: a status travels in trailers, of which a client takes 8 KiB. */
class LongAnswersTest {
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

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("long.yaml"), text);
    }

    private static String typos(int count) {
        return "ports:\n" + IntStream.range(0, count)
                .mapToObj(i -> "  p" + i + ": {type: tap, device: t" + i + ", acess: 10}\n")
                .collect(Collectors.joining());
    }

    @Test
    void shouldNameEveryTypo() throws IOException {
        for (int count : new int[]{1, 21, 5_000}) {
            Path file = file(typos(count));
            for (String command : new String[]{"apply", "diff"}) {
                Result result = running.weft(command, "-f", file.toString());
                assertThat(result.status()).isOne();
                assertThat(result.err().lines()).as(command + " of " + count).hasSize(2 * count)
                        .allMatch(line -> line.startsWith("weft: " + file + ":"));
                assertThat(result.err()).contains(":" + (count + 1) + ": ports.p" + (count - 1)
                        + ".acess: unknown key; did you mean access?");
            }
        }
    }

    @Test
    void shouldNameEveryObjectThatAnApplyWouldUndo() {
        for (int i = 0; i < 45; i++) {
            assertThat(running.weft("port", "add", "extra-port-with-a-long-name-" + i, "type=qemu", "transport=stream",
                    "socket=" + directory + "/s" + i, "mode=client", "access=20", "enabled=false").status()).isZero();
        }
        Result result = running.weft("apply", "-f", running.file().toString());
        assertThat(result.status()).isOne();
        assertThat(result.err().lines()).hasSize(46);
        assertThat(result.err()).contains("- port extra-port-with-a-long-name-44, made by command in revision 46",
                "--prune");
    }

    @Test
    void shouldNameEveryNestedAlias() throws IOException {
        String aliases = IntStream.range(0, 100).mapToObj(i -> "*a").collect(Collectors.joining(", "));
        Result result = running.weft("apply", "-f", file("ports: {a: &a {}, b: [[[[" + aliases + "]]]]}").toString());
        assertThat(result.status()).isOne();
        assertThat(result.err().lines().filter(line -> line.contains("is a YAML alias; write the value out")))
                .hasSize(100);
    }

    @Test
    void shouldAnswerWhatQuotesALongRequest() {
        String spec = "tcp 10.0.0.1:1 > 10.0.0.2:2 " + "bogus\u00e9%".repeat(5_000);
        Result trace = running.weft("trace", "--from", "web1", spec);
        assertThat(trace.status()).isOne();
        assertThat(trace.err()).doesNotContain("http2").contains("bogus");
        Result port = running.weft("trace", "--from", "x".repeat(60_000), "arp 10.0.0.1 > 10.0.0.2");
        assertThat(port.err()).startsWith("weft: there is no port xxx").contains("cut: too long for a status");
        Result filter = running.weft("capture", "--port", "web1", "-w", directory + "/w", "--filter",
                "y".repeat(60_000));
        assertThat(filter.status()).isOne();
        assertThat(filter.err()).doesNotContain("http2").contains("yyy");
        Result zone = running.weft("zone", "add", "z".repeat(60_000));
        assertThat(zone.err()).doesNotContain("http2").contains("zzz");
    }
}
