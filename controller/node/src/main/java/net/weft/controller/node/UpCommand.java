package net.weft.controller.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.controller.server.ControlSocketException;
import net.weft.controller.server.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "up", mixinStandardHelpOptions = true, sortOptions = false, description = "Run controller and switch in the foreground, until a signal ends it.", footer = {
        "", "Prints `ready` when each local port is up or only waits for its peer; until then, standard error",
        "says which port is down and why. State outlives a restart: without -f, what was committed last runs.",
        "With -f, what only the file changed is made, what only commands changed stays, and where both changed one",
        "object it stays as it is: `weft doctor` names it until `weft apply` settles it. SIGHUP reads the file again.",
        "",
        "Examples:", "  weft up -f fabric.yaml", "  weft up",
        "  weft up -f fabric.yaml --metrics 9400    and http://127.0.0.1:9400/metrics for Prometheus",
        "  weft up -f lab.yaml --data /tmp/lab --control unix:/tmp/lab/control.sock   a second one beside it"})
public final class UpCommand implements Runnable {
    /** Time to restore the devices when the switch gives up, in milliseconds. */
    private static final long GIVE_UP_MILLIS = 10_000;
    private static final System.Logger LOG = System.getLogger(UpCommand.class.getName());

    @Option(names = "-f", paramLabel = "FILE", description = "fabric.yaml; what changed in it since it was last given is merged with what commands changed; - is standard input")
    private @Nullable String file;
    @Option(names = "--prune", description = "let the file undo what was made by command since")
    private boolean prune;
    @Option(names = "--member", paramLabel = "N", description = "which member this is (default: the only one)")
    private @Nullable Integer member;
    @Option(names = "--data", paramLabel = "DIR", description = "where state is kept (default: /var/lib/weft as root, $XDG_STATE_HOME/weft otherwise)")
    private @Nullable Path data;
    @Option(names = "--control", paramLabel = "unix:PATH", description = "where to listen for the other commands (default: $WEFT_CONTROL, else as theirs)")
    private @Nullable String control;
    @Option(names = "--control-group", paramLabel = "GROUP", description = "who may use the control socket beside this user (default: nobody who is not in this user's own group); its members are as good as root")
    private @Nullable String controlGroup;
    @Option(names = "--metrics", paramLabel = "[HOST:]PORT", description = "serve Prometheus metrics at http://HOST:PORT/metrics (host: 127.0.0.1 unless given; 0: a free port)")
    private @Nullable String metrics;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;
    private volatile int status;

    @Override
    public void run() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        ControlAddress address = ControlAddress.of(Optional.ofNullable(control), Surroundings.current().environment());
        Path state = data == null ? ControlAddress.defaultData(System.getenv()) : data.toAbsolutePath();
        Instance.Options options = new Instance.Options(Optional.ofNullable(file), prune,
                member == null ? OptionalInt.empty() : OptionalInt.of(member), state, address.socket(),
                Optional.ofNullable(controlGroup));
        Optional<InetSocketAddress> scraped = Optional.ofNullable(metrics).map(MetricsEndpoint::address);
        try (Instance instance = start(options)) {
            scraped.ifPresent(at -> MetricsEndpoint.open(at, instance.metrics()));
            Thread hook = new Thread(() -> stop(instance), "weft-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            HangUp.handle(instance::readFileAgain);
            instance.onWorkersLost(why -> new Thread(() -> giveUp(instance, why), "weft-give-up").start());
            new Readiness(instance, spec.commandLine().getOut()).run();
        }
    }

    /**
     * Starts the instance.
     *
     * @throws FailedException with the reason why it cannot run
     */
    private static Instance start(Instance.Options options) {
        try {
            return Instance.start(options);
        } catch (StoreException | ControlSocketException e) {
            throw new FailedException(String.valueOf(e.getMessage()));
        }
    }

    /** Exits with status 1 in any case, as a switch that does not forward must not appear to run. */
    private void giveUp(Instance instance, String why) {
        status = 1;
        LOG.log(System.Logger.Level.ERROR, why);
        Thread deadline = new Thread(() -> {
            try {
                Thread.sleep(GIVE_UP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        }, "weft-deadline");
        deadline.setDaemon(true);
        deadline.start();
        try {
            instance.close();
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * Closes the instance after a signal, which is the usual way to end it; the status is 0 unless the switch has given
     * up.
     */
    private void stop(Instance instance) {
        instance.close();
        Runtime.getRuntime().halt(status);
    }
}
