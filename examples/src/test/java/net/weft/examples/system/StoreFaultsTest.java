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
import java.util.concurrent.TimeUnit;
import net.weft.controller.node.Weft;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store on a file system that is full, damaged, or of a process that stood still: commits are refused with a sentence, the switch goes
 * on, and commits work again without a restart. {@code -Dweft.stop.seconds} makes it stand still for longer than Ratis bears.
 */
@Tag("system")
class StoreFaultsTest {
    private static final int STOP_SECONDS = Integer.getInteger("weft.stop.seconds", 2);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int DISK_BYTES = 16 << 20;

    @TempDir
    Path directory = Path.of("");
    private Path data = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private Process up;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        data = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", data.toString());
        Files.writeString(directory.resolve("fabric.yaml"), "ports: {a: {type: qemu, transport: stream, socket: "
                + directory.resolve("a") + ", mode: server, access: 10}}\n");
        launch();
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        up.destroyForcibly().waitFor();
        run("umount", data.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void launch() throws IOException {
        Path out = directory.resolve("up.out");
        up = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Weft.class.getName(), "up", "-f", directory.resolve("fabric.yaml").toString(), "--data",
                data.toString(), "--control", control()).redirectOutput(out.toFile())
                .redirectError(directory.resolve("up.err").toFile()).start();
        Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(START_LIMIT)
                .until(() -> Files.readString(out).contains("ready"));
    }

    private String control() {
        return "unix:" + directory.resolve("c");
    }

    private Result weft(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--control");
        all.add(control());
        int status = Weft.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Result(status, out.toString(), err.toString());
    }

    private Result set(String description) {
        return weft("port", "set", "a", "description=" + description);
    }

    private void fill() throws IOException {
        byte[] block = new byte[4096];
        try (var filler = Files.newOutputStream(data.resolve("filler"))) {
            while (true) {
                filler.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void shouldRefuseOnAFullDiskAndGoOnOnceThereIsSpace() throws IOException {
        assertThat(set("before").status()).isZero();
        fill();
        Result refused = set("full");
        assertThat(refused.status()).isOne();
        assertThat(refused.err()).contains("no space left on the device", "bytes are free");
        assertThat(weft("show", "ports").out()).as("the switch is unhurt").contains("a ");
        assertThat(weft("export").out()).contains("description: before");
        Files.delete(data.resolve("filler"));
        assertThat(set("after").status()).isZero();
        assertThat(weft("history").out()).contains("before → after").doesNotContain("full");
    }

    @Test
    void shouldCommitAgainAfterTheProcessStoodStill() throws IOException, InterruptedException {
        assertThat(set("before").status()).isZero();
        run("kill", "-STOP", Long.toString(up.pid()));
        TimeUnit.SECONDS.sleep(STOP_SECONDS);
        run("kill", "-CONT", Long.toString(up.pid()));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> set("after").status() == 0);
        assertThat(weft("history").out()).contains("before → after");
    }

    @Test
    void shouldSayWhatADamagedLogCostAndTakeABackup() throws IOException, InterruptedException {
        for (int i = 1; i <= 4; i++) {
            assertThat(set("number-" + i).status()).isZero();
        }
        Path backup = directory.resolve("weft.backup");
        assertThat(weft("backup", backup.toString()).status()).isZero();
        up.destroyForcibly().waitFor();
        Path segment;
        try (var files = Files.walk(data.resolve("raft"))) {
            segment = files.filter(file -> file.getFileName().toString().startsWith("log_")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        int second = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("number-2");
        bytes[second] ^= 1;
        Files.write(segment, bytes);
        for (int number = 3; number <= 5; number++) {
            Files.delete(data.resolve("revisions/000000000" + number + ".json"));
        }
        launch();
        Awaitility.await().until(() -> weft("doctor").out().contains("revisions 3 to 5 are lost"));
        assertThat(weft("export").out()).contains("description: number-1");
        Result restored = weft("restore", backup.toString());
        assertThat(restored.status()).as(restored.err()).isZero();
        assertThat(weft("export").out()).contains("description: number-4");
        assertThat(weft("doctor").out()).doesNotContain("are lost");
        assertThat(set("next").status()).isZero();
    }
}
