package net.weft.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * A virtual machine under QEMU's own emulation, with the image of {@code examples/guest}: 96 MB, one virtio network card whose cable is
 * given as a {@code -netdev}. Its control channel is QEMU's standard input and output. It boots in two to five seconds, while the caller
 * goes on: {@link #awaitBoot}.
 */
public final class QemuGuest implements AutoCloseable {
    /** The line that the guest's first process prints to the console once its card has carrier. */
    private static final String DRIVER_UP = "weft: eth0 is up";
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final List<String> command;
    private final Namespace namespace;
    private final Path console;
    private final Map<Integer, CompletableFuture<Outcome>> pending = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private Process process;
    private Writer requests;

    /**
     * @param settings what the guest's kernel is told, see {@code examples/guest/init}: for example {@code weft.ip=10.10.0.11/24}
     * @param netdev   everything of QEMU's {@code -netdev} but the id, for example {@code stream,server=on,addr.type=unix,addr.path=P}
     */
    public static QemuGuest start(Lab lab, Namespace namespace, String name, String mac, String settings,
            String netdev) {
        return boot(lab, namespace, name, settings,
                List.of("-m", "96", "-netdev", netdev.replaceFirst("^\\w+", "$0,id=cable"), "-device",
                        "virtio-net-pci,netdev=cable,mac=" + mac));
    }

    /**
     * Starts a machine with memory and card as {@code weft guest qemu --lines} printed them.
     *
     * @param settings as for {@link #start}
     */
    public static QemuGuest boot(Lab lab, Namespace namespace, String name, String settings, List<String> card) {
        Path image = image();
        Path console = lab.path(name + ".console");
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-M", "pc", "-accel", "tcg", "-nodefaults",
                "-no-user-config", "-display", "none", "-no-reboot", "-kernel", image.resolve("vmlinuz").toString(),
                "-initrd", image.resolve("initramfs.gz").toString(), "-append",
                "console=ttyS0 quiet panic=-1 weft.name=" + name + " " + settings,
                "-serial", "file:" + console, "-device", "virtio-serial-pci", "-chardev", "stdio,id=control,signal=off",
                "-device", "virtserialport,chardev=control,name=weft.control", "-global", "virtio-net-pci.romfile="));
        command.addAll(card);
        return lab.closing(new QemuGuest(name, command, namespace, console));
    }

    /**
     * More arguments for {@link #boot}, which put a program of this host, with the libraries it needs, into the
     * machine's path. Linux takes several archives one after the other as one initramfs.
     */
    public static List<String> withProgram(Lab lab, Path program) {
        Path root = lab.path("programs");
        Path initramfs = lab.path("programs.gz");
        String script = """
                set -euo pipefail
                install -D "$1" "$2/bin/${1##*/}"
                for library in $(ldd "$1" | grep -o '/[^ ]*'); do install -D "$library" "$2$library"; done
                cp "$3" "$4"
                cd "$2" && find . -print0 | cpio --null --quiet -o -H newc -R 0:0 | gzip -1 >>"$4"
                """;
        Programs.run("bash", "-c", script, "bash", program.toString(), root.toString(),
                image().resolve("initramfs.gz").toString(), initramfs.toString()).orThrow();
        return List.of("-initrd", initramfs.toString());
    }

    /** Starts a machine on a vhost-user port, with the arguments of {@code weft guest qemu} for a guest without KVM. */
    public static QemuGuest onPort(Lab lab, Namespace namespace, WeftProcess weft, String port, String settings) {
        return boot(lab, namespace, port, settings,
                weft.weft("guest", "qemu", port, "--memory", "96M", "--tcg", "--lines")
                        .orThrow().out().lines().toList());
    }

    private QemuGuest(String name, List<String> command, Namespace namespace, Path console) {
        this.name = name;
        this.command = command;
        this.namespace = namespace;
        this.console = console;
        this.process = launch();
        this.requests = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** Runs a shell command in the guest, for at most a minute. Several may run at once. */
    public Outcome run(String shell) {
        return run(shell, COMMAND_LIMIT);
    }

    public Outcome run(String shell, Duration limit) {
        CompletableFuture<Outcome> reply = send(shell);
        try {
            return reply.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError(
                    "guest " + name + " did not answer \"" + shell + "\" within " + limit + "\n" + console(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a shell command in the guest; the future ends with it, and fails when the guest does. */
    public CompletableFuture<Outcome> send(String shell) {
        int id = lastId.incrementAndGet();
        CompletableFuture<Outcome> reply = new CompletableFuture<>();
        pending.put(id, reply);
        String text = Base64.getEncoder().encodeToString(shell.getBytes(StandardCharsets.UTF_8));
        try {
            synchronized (pending) {
                requests.write(id + " " + text + "\n");
                requests.flush();
            }
        } catch (IOException e) {
            reply.completeExceptionally(e);
        }
        return reply;
    }

    /** The MAC address of its card. */
    public String mac() {
        return run("cat /sys/class/net/eth0/address").orThrow().out().strip();
    }

    /** Kills QEMU, as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** {@link #relaunch}, and returns once it has booted. */
    public void restart() {
        relaunch();
        awaitBoot(this);
    }

    /** Kills QEMU and starts it anew on the same cable; it boots while the caller goes on. */
    public void relaunch() {
        kill();
        process = launch();
        requests = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /**
     * Waits, at most a minute, until the guest reports that its card has carrier; returns the {@link System#nanoTime}
     * of that moment.
     */
    public long awaitDriverUp() {
        Awaitility.await("the driver of guest " + name).atMost(BOOT_LIMIT).pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2)).until(() -> console().contains(DRIVER_UP));
        return System.nanoTime();
    }

    /** The output of the guest's kernel and of QEMU. */
    public String console() {
        return text(console) + text(qemuLog());
    }

    private Path qemuLog() {
        return console.resolveSibling(name + ".qemu");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            return "[" + e + "]";
        }
    }

    @Override
    public void close() {
        Programs.end(process);
    }

    /** Returns once all these guests carry out commands. */
    public static void awaitBoot(QemuGuest... guests) {
        for (QemuGuest guest : guests) {
            guest.run("true", BOOT_LIMIT).orThrow();
        }
    }

    private Process launch() {
        try {
            Files.deleteIfExists(console);
            Process started = namespace.program(command)
                    .redirectError(Redirect.appendTo(qemuLog().toFile()))
                    .start();
            Thread.ofVirtual().name("replies of " + name).start(() -> readReplies(started));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start QEMU", e);
        }
    }

    private void readReplies(Process from) {
        try (BufferedReader lines = from.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] part = line.split(" ", 3);
                CompletableFuture<Outcome> reply = pending.remove(Integer.valueOf(part[0]));
                if (reply != null) {
                    String out = new String(Base64.getDecoder().decode(part[2]), StandardCharsets.UTF_8);
                    reply.complete(new Outcome(List.of("guest", name), Integer.parseInt(part[1]), out, ""));
                }
            }
        } catch (IOException e) {
            // the guest was killed: said below
        }
        pending.values().removeIf(reply -> reply.completeExceptionally(new IOException("guest " + name + " is gone")));
    }

    private static Path image() {
        return ImageHolder.IMAGE;
    }

    private static final class ImageHolder {
        static final Path IMAGE = Path.of(Programs.run(Duration.ofMinutes(3), Map.of(),
                List.of(Project.root().resolve("examples/guest/make-guest").toString())).orThrow().out().strip());
    }
}
