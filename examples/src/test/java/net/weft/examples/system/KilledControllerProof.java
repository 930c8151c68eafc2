package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.weft.controller.node.Weft;
import net.weft.testing.Seed;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random while changes are committed: each acknowledged revision is there, in its place and once. It needs no
 * privilege. {@code -Dweft.kill.rounds} and {@code -Dweft.kill.commits} make it longer.
 */
@Tag("system")
class KilledControllerProof {
    private static final int ROUNDS = Integer.getInteger("weft.kill.rounds", 3);
    private static final int COMMITS = Integer.getInteger("weft.kill.commits", 20);
    private static final long LONGEST_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern REVISION = Pattern.compile("\\{\"revision\":(\\d+),.*?\"comment\":\"(.*?)\"");

    @TempDir
    Path directory = Path.of("");
    private final Random random = Seed.random(KilledControllerProof.class);
    private final Map<Long, String> acknowledged = new TreeMap<>();
    private final List<Long> startMillis = new ArrayList<>();
    @SuppressWarnings("NullAway.Init")
    private Process up;
    private int sent;

    private record Result(int status, String out) {
    }

    @AfterEach
    void end() {
        up.destroyForcibly();
    }

    private void start() throws IOException {
        long startNs = System.nanoTime();
        Path out = directory.resolve("up.out");
        up = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Weft.class.getName(),
                "up", "-f", directory.resolve("fabric.yaml").toString(), "--data", directory.resolve("data").toString(),
                "--control", control()).redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("up.err").toFile())).start();
        Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(START_LIMIT)
                .until(() -> Files.readString(out).contains("ready"));
        startMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    private String control() {
        return "unix:" + directory.resolve("c");
    }

    private Result weft(String... words) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--control");
        all.add(control());
        int status = Weft.run(new PrintWriter(out), new PrintWriter(new StringWriter()), all.toArray(String[]::new));
        return new Result(status, out.toString());
    }

    @Test
    void shouldKeepEachAcknowledgedRevisionOnce() throws Exception {
        Files.writeString(directory.resolve("fabric.yaml"), "ports: {a: {type: qemu, transport: stream, socket: "
                + directory.resolve("a") + ", mode: server, access: 10}}\n");
        start();
        for (int round = 0; round < ROUNDS; round++) {
            commitUntilKilled();
            start();
            check(round);
        }
        assertThat(acknowledged).as("the control: changes were acknowledged").isNotEmpty();
        System.out.println("proof: " + sent + " changes sent, " + acknowledged.size() + " acknowledged, " + ROUNDS
                + " times kill -9; ready after " + startMillis + " ms");
    }

    /**
     * Commits one change after the other, each with a comment of its own. After some of them the process is killed, at a random time
     * within the next.
     */
    private void commitUntilKilled() throws InterruptedException {
        int before = 1 + random.nextInt(COMMITS);
        long delayNs = random.nextLong(LONGEST_DELAY_NS);
        int made = 0;
        Result result;
        do {
            if (made++ == before) {
                Thread.ofPlatform().start(() -> {
                    LockSupport.parkNanos(delayNs);
                    up.destroyForcibly();
                });
            }
            String name = "c" + ++sent;
            result = weft("port", "set", "a", "description=" + name, "--comment", name);
            if (result.status() == 0) {
                acknowledged.put(Long.valueOf(result.out().replaceAll("(?s).*revision (\\d+)\n", "$1")), name);
            }
        } while (result.status() == 0);
        up.waitFor();
    }

    private void check(int round) {
        String history = weft("history", "--limit", "10000", "-o", "json").out();
        TreeMap<Long, String> stored = new TreeMap<>();
        for (MatchResult found : REVISION.matcher(history).results().toList()) {
            stored.put(Long.valueOf(found.group(1)), found.group(2));
        }
        assertThat(stored).as("round " + round).containsAllEntriesOf(acknowledged);
        assertThat(stored.keySet()).as("no number is missing").hasSize(stored.lastKey().intValue());
        assertThat(stored.values().stream().filter(comment -> !comment.isEmpty())).as("each change once")
                .doesNotHaveDuplicates();
        String newest = stored.lastEntry().getValue();
        assertThat(weft("export").out()).as("the newest runs")
                .contains(newest.isEmpty() ? "ports:" : "description: " + newest);
    }
}
