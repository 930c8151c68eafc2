package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DPDK's test application, controlled at its prompt. */
final class Testpmd implements AutoCloseable {
    private static final String PROMPT = "testpmd> ";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Enough buffers for four rings of 1024 and the frames in flight. */
    private static final int BUFFERS = 16384;
    static final int MEGABYTES = 512;

    private final Process process;
    private final Writer in;
    private final List<String> command;
    private final StringBuilder out = new StringBuilder();
    private boolean ended;

    /**
     * Starts it: its prompt on the machines' processor, its one forwarding thread on {@code processor}.
     *
     * @param role tells its files from those of other DPDK programs of this host
     */
    static Testpmd start(VhostBed bed, String role, int processor, List<String> devices, List<String> options) {
        List<String> command = new ArrayList<>(List.of("dpdk-testpmd", "--lcores",
                "0@" + LoopGenerator.PROCESSOR + ",1@" + processor, "--no-pci"));
        command.addAll(bed.memoryOptions());
        command.addAll(List.of("-m", Integer.toString(MEGABYTES), "--no-telemetry",
                "--file-prefix=" + name(bed, role), "--log-level=pmd.net.virtio.init:info"));
        devices.forEach(device -> command.add("--vdev=" + device));
        command.addAll(List.of("--", "-i", "--no-mlockall", "--total-num-mbufs=" + BUFFERS, "--forward-mode=io"));
        command.addAll(options);
        List<String> whole = new ArrayList<>(List.of("stdbuf", "-oL"));
        whole.addAll(command);
        try {
            return new Testpmd(bed.fabric().program(whole).redirectErrorStream(true).start(), command);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start dpdk-testpmd", e);
        }
    }

    private Testpmd(Process process, List<String> command) {
        this.process = process;
        this.in = process.outputWriter();
        this.command = List.copyOf(command);
        Thread.ofVirtual().name("output of testpmd").start(this::read);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Its command line, without directories. */
    String commandLine() {
        return String.join(" ", command).replaceAll("--file-prefix=\\S+ ", "")
                .replaceAll("[^ =]*/(?=[^/ ,]*[ ,]|[^/ ,]*$)", "");
    }

    /**
     * Returns everything up to the first prompt; with a server socket the prompt comes once the other side has
     * connected.
     */
    String awaitStart() throws InterruptedException {
        return awaitPrompt(0);
    }

    /** Types a line; returns everything that it prints before the next prompt. */
    String ask(String line) throws InterruptedException {
        int from;
        synchronized (out) {
            from = out.length();
        }
        try {
            in.write(line + "\n");
            in.flush();
        } catch (IOException e) {
            throw new IllegalStateException("testpmd is gone at '" + line + "'\n" + tail(), e);
        }
        return awaitPrompt(from);
    }

    private String awaitPrompt(int from) throws InterruptedException {
        long untilNs = System.nanoTime() + PATIENCE.toNanos();
        synchronized (out) {
            int at = out.indexOf(PROMPT, from);
            while (at < 0) {
                long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
                if (ended || leftMs <= 0) {
                    throw new IllegalStateException(
                            "testpmd " + (ended ? "ended" : "says nothing more") + "\n" + tail());
                }
                out.wait(leftMs);
                at = out.indexOf(PROMPT, from);
            }
            return out.substring(from, at);
        }
    }

    private String tail() {
        return out.substring(Math.max(0, out.length() - 2000));
    }

    private void read() {
        char[] buffer = new char[4096];
        try (Reader reader = process.inputReader()) {
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                synchronized (out) {
                    out.append(buffer, 0, n);
                    out.notifyAll();
                }
            }
        } catch (IOException e) {
            // killed
        }
        synchronized (out) {
            ended = true;
            out.notifyAll();
        }
    }

    /** The sum of all numbers that stand behind {@code name} and a colon. */
    static long sum(String text, String name) {
        Matcher matcher = Pattern.compile(Pattern.quote(name) + ":\\s*(\\d+)").matcher(text);
        return matcher.results().mapToLong(match -> Long.parseLong(match.group(1))).sum();
    }

    /** Kills the program: its exit status does not matter, and with a peer gone it may never end by itself. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** A name for {@code --file-prefix} that belongs to one laboratory. */
    private static String name(VhostBed bed, String role) {
        return Path.of(bed.fabric().name()).getFileName() + role;
    }
}
