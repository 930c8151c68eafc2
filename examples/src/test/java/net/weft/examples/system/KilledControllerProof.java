package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import net.weft.client.WeftClient;
import net.weft.client.WeftException;
import net.weft.controller.node.Weft;
import net.weft.testing.Seed;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random while changes are committed: each acknowledged revision is there, in its place and once. It needs no
 * privilege. {@code -Dweft.kill.rounds} and {@code -Dweft.kill.commits} make it longer, {@code -Dweft.kill.minutes} ends it.
 */
@Tag("system")
class KilledControllerProof {
    private static final int ROUNDS = Integer.getInteger("weft.kill.rounds", 3);
    private static final int COMMITS = Integer.getInteger("weft.kill.commits", 20);
    private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(Integer.getInteger("weft.kill.minutes", 24 * 60));
    private static final long LONGEST_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** Number of revisions that Weft keeps. */
    private static final int KEPT = 10_000;

    @TempDir
    Path directory = Path.of("");
    private final Random random = Seed.random(KilledControllerProof.class);
    private final TreeMap<Long, String> acknowledged = new TreeMap<>();
    private final List<Long> startMillis = new ArrayList<>();
    @SuppressWarnings("NullAway.Init")
    private Process up;
    private int sent;
    private int count;
    private long commitNs;

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
                "--control", "unix:" + directory.resolve("c")).redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("up.err").toFile())).start();
        Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(START_LIMIT)
                .until(() -> Files.readString(out).contains("ready"));
        startMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    @Test
    void shouldKeepEachAcknowledgedRevisionOnce() throws Exception {
        Files.writeString(directory.resolve("fabric.yaml"), "ports: {a: {type: qemu, transport: stream, socket: "
                + directory.resolve("a") + ", mode: server, access: 10}}\n");
        start();
        long beginNs = System.nanoTime();
        int round = 0;
        while (round < ROUNDS && System.nanoTime() - beginNs < LIMIT_NS) {
            commitUntilKilled();
            start();
            check(round++);
        }
        assertThat(acknowledged).as("the control: changes were acknowledged").isNotEmpty();
        long[] starts = startMillis.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.println("proof: " + sent + " changes sent, " + count + " acknowledged, " + round
                + " times kill -9 among " + COMMITS + " commits; a commit took "
                + TimeUnit.NANOSECONDS.toMicros(commitNs / count) + " us; ready after " + starts[starts.length / 2]
                + " ms (median), " + starts[starts.length - 1] + " ms at most");
    }

    /**
     * Commits one change after the other, each with a comment of its own. After some of them the process is killed, at a random time
     * within the next ones.
     */
    private void commitUntilKilled() throws InterruptedException {
        int before = 1 + random.nextInt(COMMITS);
        long delayNs = random.nextLong(LONGEST_DELAY_NS);
        try (WeftClient client = client()) {
            for (int made = 0; true; made++) {
                if (made == before) {
                    Thread.ofPlatform().start(() -> {
                        LockSupport.parkNanos(delayNs);
                        up.destroyForcibly();
                    });
                }
                String name = "c" + ++sent;
                long startNs = System.nanoTime();
                acknowledged.put(client.setPort("a", Map.of("description", name), name).getRevision(), name);
                commitNs += System.nanoTime() - startNs;
                count++;
            }
        } catch (WeftException.Unavailable _) {
            up.waitFor();
        }
    }

    private void check(int round) {
        try (WeftClient client = client()) {
            TreeMap<Long, String> stored = new TreeMap<>();
            client.history(KEPT).forEach(info -> stored.put(info.getRevision(), info.getComment()));
            acknowledged.headMap(stored.lastKey() - KEPT, true).clear();
            assertThat(stored).as("round " + round).containsAllEntriesOf(acknowledged);
            assertThat(stored.keySet()).as("no number is missing")
                    .hasSize((int) Math.min(stored.lastKey(), KEPT));
            assertThat(stored.values().stream().filter(comment -> !comment.isEmpty())).as("each change once")
                    .doesNotHaveDuplicates();
            String newest = stored.lastEntry().getValue();
            assertThat(client.export()).as("the newest runs")
                    .contains(newest.isEmpty() ? "ports:" : "description: " + newest);
        }
    }

    /** Returns a client that makes each call once. */
    private WeftClient client() {
        return WeftClient.to(directory.resolve("c"),
                new WeftClient.Options(Duration.ofSeconds(30), Duration.ZERO, ""));
    }
}
