package net.weft.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import net.weft.controller.node.Weft;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running {@code ./weft up} or {@code ./weft switch} in a namespace, and the command line against it. Its data and control socket lie in the
 * laboratory; a restart uses the same ones. All queries go through the command, as a person's would, but most commands
 * run inside this process.
 */
public final class WeftProcess implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final Lab lab;
    private final Namespace namespace;
    private final Path launcher = Project.root().resolve("weft");
    /** What the names of its files begin with. */
    private final String prefix;
    /** The command and the options of each start. */
    private final List<String> always;
    private Process process;
    private CompletableFuture<Boolean> ready;

    /** Starts it with {@code fabric}, the text of a fabric.yaml, and returns once it has said {@code ready}. */
    public static WeftProcess up(Lab lab, Namespace namespace, String fabric) {
        WeftProcess weft = start(lab, namespace, fabric);
        weft.awaitReady();
        return weft;
    }

    /**
     * As {@link #up}, but returns once it answers: with a port whose device is missing it is not ready.
     *
     * @param options further ones for {@code weft up}
     */
    public static WeftProcess start(Lab lab, Namespace namespace, String fabric, String... options) {
        WeftProcess weft = lab.closing(new WeftProcess(lab, namespace, fabric, List.of(options)));
        weft.await("weft answers", () -> weft.weft("show", "ports", "-o", "json"), Outcome::ok);
        return weft;
    }

    /**
     * Starts a controller that takes members in, and returns once it is ready.
     *
     * @param listen address of its namespace and port
     */
    public static WeftProcess controller(Lab lab, Namespace namespace, String fabric, String listen) {
        WeftProcess weft = lab.closing(new WeftProcess(lab, namespace, List.of("up", "--member", "1", "--listen",
                listen), "1-"));
        weft.begin(List.of("-f", weft.write(fabric).toString()));
        weft.awaitReady();
        return weft;
    }

    /**
     * Starts a member without a controller, which joins by a token, and returns once it is ready.
     *
     * @param controller where the controller listens
     */
    public static WeftProcess member(Lab lab, Namespace namespace, int member, String controller, String token) {
        WeftProcess weft = lab.closing(new WeftProcess(lab, namespace,
                List.of("switch", "--member", Integer.toString(member), "--controller", controller), member + "-"));
        weft.begin(List.of("--token", token));
        weft.awaitReady();
        return weft;
    }

    private WeftProcess(Lab lab, Namespace namespace, String fabric, List<String> options) {
        this(lab, namespace, List.of("up"), "");
        List<String> given = new ArrayList<>(List.of("-f", write(fabric).toString()));
        given.addAll(options);
        begin(given);
    }

    @SuppressWarnings("NullAway.Init")
    private WeftProcess(Lab lab, Namespace namespace, List<String> always, String prefix) {
        this.lab = lab;
        this.namespace = namespace;
        this.prefix = prefix;
        this.always = always;
    }

    private void begin(List<String> atFirst) {
        process = launch(atFirst);
        ready = watch(process);
    }

    /**
     * Runs the command with these arguments against the running switch, whatever comes of it: in this process, which spares the start of
     * another.
     */
    public Outcome weft(String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--control", control()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        FutureTask<Integer> run = new FutureTask<>(() -> Weft.run(new PrintWriter(out), new PrintWriter(err),
                command.toArray(String[]::new)));
        Thread.ofPlatform().daemon().name("weft " + arguments[0]).start(run);
        try {
            int status = run.get(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            command.addFirst("weft");
            return new Outcome(command, status, out.toString(), err.toString());
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("weft " + command + " has not ended as it should", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A builder for {@code ./weft} with these arguments against the running switch, to go on beside the test. */
    public ProcessBuilder program(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return told(command);
    }

    /** A builder for a shell that runs {@code script}, in which {@code $WEFT} is the command for the running switch. */
    public ProcessBuilder shell(String script) {
        return told(List.of("bash", "-o", "pipefail", "-c", script));
    }

    private ProcessBuilder told(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("WEFT_CONTROL", control());
        builder.environment().put("WEFT", launcher.toString());
        builder.environment().put("WEFT_RESIDENT", "0");
        return builder;
    }

    /** {@code weft show WHAT -o json}: an array of objects. */
    public List<JsonNode> show(String what, String... options) {
        List<String> arguments = new ArrayList<>(List.of("show", what, "-o", "json"));
        arguments.addAll(List.of(options));
        List<JsonNode> rows = new ArrayList<>();
        JSON.readTree(weft(arguments.toArray(new String[0])).orThrow().out()).forEach(rows::add);
        return rows;
    }

    /** The row of {@code show ports} for a port, which must be there. */
    public JsonNode port(String name) {
        return show("ports").stream().filter(row -> row.path("name").asString().equals(name)).findFirst()
                .orElseThrow(() -> new MissingRow("show ports has no " + name));
    }

    /** The count of {@code show drops} for a port and reason, 0 where there is none. */
    public long drops(String port, String reason) {
        return show("drops").stream()
                .filter(row -> row.path("port").asString().equals(port) && row.path("reason").asString().equals(reason))
                .mapToLong(row -> row.path("packets").asLong()).sum();
    }

    /** A count of {@code show counters} for a port, for example {@code rx-packets}. */
    public long counter(String port, String name) {
        return show("counters").stream().filter(row -> row.path("port").asString().equals(port))
                .mapToLong(row -> row.path(name).asLong()).sum();
    }

    /** The port behind which an address was learned in a VLAN, or {@code ""}. */
    public String whereIs(String mac, int vlan) {
        return show("macs").stream()
                .filter(row -> row.path("mac").asString().equalsIgnoreCase(mac) && row.path("vlan").asInt() == vlan)
                .map(row -> row.path("port").asString()).findFirst().orElse("");
    }

    /** Waits at most 30 s until a port is in {@code state}, for {@code reason} where that is not empty. */
    public void awaitPort(String name, String state, String reason) {
        await(name + " is " + state + " " + reason, () -> port(name),
                row -> row.path("state").asString().equals(state)
                        && (reason.isEmpty() || row.path("reason").asString().equals(reason)));
    }

    /** Waits at most 30 s until every port of the file is up. */
    public void awaitAllUp() {
        await("every port is up", () -> show("ports"),
                rows -> rows.stream().allMatch(row -> row.path("state").asString().equals("up")));
    }

    /** Asks again until the answer is the wanted one; a row that is {@linkplain MissingRow not there yet} is asked for again, too. */
    public <T> T await(String what, Callable<T> query, Predicate<T> wanted) {
        return Objects.requireNonNull(Awaitility.await(what + "\n" + log()).atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100)).ignoreException(MissingRow.class).until(query, wanted));
    }

    /** Runs {@code weft apply} with a whole new file; returns the outcome, whatever it is. */
    public Outcome apply(String fabric) {
        return weft("apply", "-f", write(fabric).toString());
    }

    /** Starts the watchdog of this member beside it, and returns when it watches. */
    public WatchdogProcess watchdog() {
        int before = watched();
        WatchdogProcess watchdog = lab.closing(new WatchdogProcess(namespace, lab.path(prefix + "data"),
                lab.path(prefix + "weft.err")));
        awaitWatched(before + 1);
        return watchdog;
    }

    /** Waits until the process has said so often since the first start that a watchdog watches it. */
    public void awaitWatched(int times) {
        await("a watchdog watches, " + times + " times", this::watched, now -> now >= times);
    }

    private int watched() {
        return (int) show("events").stream()
                .filter(event -> event.path("message").asString().equals("a watchdog watches this member")).count();
    }

    /** Kills the switch with {@code kill -9}. */
    public void kill() {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    /** Starts it again after {@link #kill} or {@link #close}, with the data it has stored. */
    public void restart() {
        begin(List.of());
        awaitReady();
    }

    /** Whether it has said {@code ready}. */
    public boolean isReady() {
        return ready.isDone() && ready.join();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Returns what the process printed on standard error since the first start. */
    public String log() {
        try {
            return Files.exists(lab.path(prefix + "weft.err")) ? Files.readString(lab.path(prefix + "weft.err")) : "";
        } catch (IOException e) {
            return "[" + e + "]";
        }
    }

    /** The interfaces in its namespace, from the kernel. */
    public List<String> devices() {
        return namespace.run("ls", "/sys/class/net").orThrow().out().lines().toList();
    }

    @Override
    public void close() {
        Programs.end(process);
    }

    private String control() {
        return "unix:" + lab.path(prefix + "control.sock");
    }

    private Path write(String fabric) {
        try {
            return Files.writeString(lab.path(prefix + "fabric.yaml"), fabric);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch(List<String> file) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(always);
        command.addAll(file);
        command.addAll(List.of("--data", lab.path(prefix + "data").toString(), "--control", control()));
        try {
            return namespace.program(command).redirectError(Redirect.appendTo(lab.path(prefix + "weft.err").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + launcher, e);
        }
    }

    private static CompletableFuture<Boolean> watch(Process process) {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread.ofVirtual().name("output of weft up").start(() -> readOutput(process, ready));
        return ready;
    }

    /** Waits until it says {@code ready}, at most a minute. */
    public void awaitReady() {
        try {
            if (ready.get(READY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("weft up was not ready within " + READY_LIMIT + "\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("weft up ended before it was ready\n" + log());
    }

    private static void readOutput(Process from, CompletableFuture<Boolean> ready) {
        try (BufferedReader lines = from.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("ready")) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            // killed
        }
        ready.complete(false);
    }
}
