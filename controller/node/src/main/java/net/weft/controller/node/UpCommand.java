package net.weft.controller.node;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.Surroundings;
import org.jspecify.annotations.Nullable;
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
        "  weft up -f fabric.yaml --member 1 --listen 192.0.2.1:47800   and other hosts join with `weft switch`",
        "  weft up -f lab.yaml --data /tmp/lab --control unix:/tmp/lab/control.sock   a second one beside it"})
public final class UpCommand implements Runnable {
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
    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "take other members in and serve remote clients there, over mutual TLS")
    private @Nullable String listen;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        ControlAddress address = ControlAddress.of(Optional.ofNullable(control), Surroundings.current().environment());
        Path state = data == null ? ControlAddress.defaultData(System.getenv()) : data.toAbsolutePath();
        Instance.Options options = new Instance.Options(Optional.ofNullable(file), prune,
                member == null ? OptionalInt.empty() : OptionalInt.of(member), state, address.socket(),
                Optional.ofNullable(controlGroup), Optional.ofNullable(listen).map(Endpoints::listen));
        new Foreground().run(() -> Instance.start(options), Optional.ofNullable(metrics).map(MetricsEndpoint::address),
                spec.commandLine().getOut());
    }
}
