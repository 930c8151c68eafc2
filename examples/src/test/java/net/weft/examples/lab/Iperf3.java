package net.weft.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One test of iperf3 between two hosts. What arrives is read every millisecond off the receiving host's interface, as iperf3 itself tells
 * of tenths of a second.
 */
public final class Iperf3 implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path COUNTERS = Path.of("/proc/thread-self/net/dev");
    private static final long POLL_NS = 1_000_000;
    /** Growth of less is not the stream's. */
    private static final int LEAST = 200;

    private final @Nullable Process server;
    private final Process client;
    private final CompletableFuture<String> report;
    private final FileChannel counters;
    private final ByteBuffer text = ByteBuffer.allocate(4096);
    private final Thread watch;
    private volatile boolean closed;
    private volatile long received;
    private volatile long lastNs;

    /** The client sends. @param options of the client */
    public static Iperf3 upload(Host client, Host server, int port, String... options) {
        return new Iperf3(client, server.address(), serve(server, port), server, port, List.of(options));
    }

    /** The server sends. @param options of the client */
    public static Iperf3 download(Host client, Host server, int port, String... options) {
        return new Iperf3(client, server.address(), serve(server, port), client, port, reversed(options));
    }

    /** The server sends, and is there already. @param options of the client */
    public static Iperf3 downloadFrom(String address, Host client, int port, String... options) {
        return new Iperf3(client, address, null, client, port, reversed(options));
    }

    private static List<String> reversed(String... options) {
        List<String> all = new ArrayList<>(List.of("-R"));
        all.addAll(List.of(options));
        return all;
    }

    /** For one test; listening when this returns. */
    private static Process serve(Host host, int port) {
        try {
            Process server = host.namespace()
                    .program(List.of("iperf3", "-s", "-1", "--forceflush", "-p", Integer.toString(port)))
                    .redirectErrorStream(true).start();
            BufferedReader said = server.inputReader();
            String line = said.readLine();
            while (line != null && !line.startsWith("Server listening")) {
                line = said.readLine();
            }
            Thread.ofVirtual().start(() -> {
                try {
                    said.transferTo(Writer.nullWriter());
                } catch (IOException e) {
                    return; // it was ended
                }
            });
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start iperf3", e);
        }
    }

    private Iperf3(Host from, String address, @Nullable Process server, Host receiver, int port, List<String> options) {
        this.server = server;
        List<String> command = new ArrayList<>(
                List.of("iperf3", "-J", "-c", address, "-p", Integer.toString(port)));
        command.addAll(options);
        try {
            counters = receiver.namespace().call(() -> FileChannel.open(COUNTERS));
            client = from.namespace().program(command).redirectError(Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start iperf3", e);
        }
        report = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "[output lost: " + e.getMessage() + "]";
            }
        }, task -> Thread.ofVirtual().start(task));
        watch = Thread.ofPlatform().daemon().name("iperf3, counting").start(this::watch);
    }

    /** Bytes of frames that have come to the receiving host since this began. */
    public long received() {
        return received;
    }

    /** When some came last, by {@link System#nanoTime}; 0 before the first. */
    public long lastNs() {
        return lastNs;
    }

    public boolean isRunning() {
        return client.isAlive();
    }

    /** Has the client end its test, as Ctrl-C does, and returns what it reports. */
    public JsonNode interrupt(Duration limit) throws InterruptedException {
        client.toHandle().destroy(); // not by the process, which would lose what it prints
        if (!client.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("iperf3 still ran " + limit + " after it was interrupted");
        }
        return JSON.readTree(report.join());
    }

    /** Waits until the client ends, and returns what it reports. @throws AssertionError unless it ended in time, with status 0 */
    public JsonNode awaitEnd(Duration limit) throws InterruptedException {
        if (!client.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("iperf3 still ran after " + limit + ", " + received + " bytes received");
        }
        if (client.exitValue() != 0) {
            throw new AssertionError("iperf3 ended with status " + client.exitValue() + "\n" + report.join());
        }
        return JSON.readTree(report.join());
    }

    @Override
    public void close() throws Exception {
        closed = true;
        watch.join();
        counters.close();
        Programs.end(client);
        if (server != null) {
            Programs.end(server);
        }
    }

    private void watch() {
        long first = bytes();
        while (!closed) {
            LockSupport.parkNanos(POLL_NS);
            long now = bytes() - first;
            if (now - received >= LEAST) {
                lastNs = System.nanoTime();
                received = now;
            }
        }
    }

    /** The second word of {@code eth0: BYTES PACKETS ...}. */
    private long bytes() {
        try {
            text.clear();
            counters.read(text, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String all = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        int at = all.indexOf(Host.DEVICE + ":") + Host.DEVICE.length() + 1;
        return Long.parseLong(all.substring(at).strip().split(" +", 2)[0]);
    }
}
