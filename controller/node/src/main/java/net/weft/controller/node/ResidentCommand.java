package net.weft.controller.node;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.weft.controller.cli.connect.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Carries out short commands for the launcher, so that they need no start of a JVM. The launcher starts one for each
 * user and build. It reads requests from a FIFO in a directory that is the user's own, takes everything else from the
 * caller's {@code /proc} entry ({@link ResidentCall}), and ends when nobody has called for a while, or when another has
 * taken its place. Its commands call the same API as any other client.
 */
@Command(name = "resident", hidden = true, description = "Carry out commands for the launcher, without a start of a JVM for each.")
public final class ResidentCommand implements Runnable {
    private static final long CHECK_SECONDS = 5;

    @Parameters(index = "0", paramLabel = "FIFO", description = "where the launcher writes its requests")
    private Path requests = Path.of("");
    @Parameters(index = "1", paramLabel = "FILE", description = "where the launcher finds this process")
    private Path state = Path.of("");
    @Parameters(index = "2", paramLabel = "BUILD", description = "the build that the launcher would start")
    private String build = "";
    @Option(names = "--idle", paramLabel = "SECONDS", defaultValue = "300", description = "end after so long without a call")
    private long idleSeconds;
    private final AtomicInteger running = new AtomicInteger();
    private volatile long lastNs = System.nanoTime();

    @Override
    public void run() {
        ControlClient.shareConnections();
        try (RandomAccessFile fifo = new RandomAccessFile(requests.toFile(), "rw")) {
            Object identity = Files.getAttribute(requests, "unix:ino");
            announce();
            Thread.ofPlatform().daemon().name("weft-idle").start(() -> watch(identity));
            while (true) {
                String line = fifo.readLine();
                lastNs = System.nanoTime();
                if (line != null) {
                    Thread.ofVirtual().start(() -> serve(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(String line) {
        running.incrementAndGet();
        try {
            ResidentCall.serve(line);
        } finally {
            lastNs = System.nanoTime();
            running.decrementAndGet();
        }
    }

    /** Writes the process, its descriptor of the FIFO, by which the launcher knows that it lives, and the build. */
    private void announce() throws IOException {
        String descriptor = descriptor().orElseThrow(() -> new IOException(requests + " is not open"));
        Path unfinished = state.resolveSibling(state.getFileName() + ".new");
        Files.writeString(unfinished, ProcessHandle.current().pid() + " " + descriptor + " " + build + "\n");
        Files.move(unfinished, state, StandardCopyOption.ATOMIC_MOVE);
    }

    private Optional<String> descriptor() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(this::isRequests).map(file -> file.getFileName().toString()).findFirst();
        }
    }

    private boolean isRequests(Path descriptor) {
        try {
            return Files.isSameFile(descriptor, requests);
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the process when it is idle, or when its FIFO is no longer the one at its path. */
    private void watch(Object identity) {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(CHECK_SECONDS);
                boolean idle = running.get() == 0
                        && System.nanoTime() - lastNs > TimeUnit.SECONDS.toNanos(idleSeconds);
                boolean replaced = !isStillAt(identity);
                if (idle && !replaced) {
                    Files.deleteIfExists(state);
                }
                if (idle || replaced && running.get() == 0) {
                    Runtime.getRuntime().halt(0);
                }
            }
        } catch (InterruptedException | IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private boolean isStillAt(Object identity) {
        try {
            return identity.equals(Files.getAttribute(requests, "unix:ino"));
        } catch (IOException e) {
            return false;
        }
    }
}
