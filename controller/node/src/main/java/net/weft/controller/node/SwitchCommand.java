package net.weft.controller.node;

import java.nio.file.Path;
import java.util.Optional;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.controller.model.MemberConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "switch", mixinStandardHelpOptions = true, sortOptions = false, description = "Run the switch of one member in the foreground; its controller runs elsewhere.", footer = {
        "",
        "The first start needs a token, which `weft member token N` prints on the controller; it is good for one join.",
        "After that the data directory has a certificate. The member follows its controller, and forwards with the last good",
        "state while there is none, also after a restart. Prints `ready` as `weft up` does.", "", "Examples:",
        "  weft switch --member 2 --controller 192.0.2.1:47800 --token weft1.kQ0…    the first time",
        "  weft switch --member 2 --controller 192.0.2.1:47800                       later"})
public final class SwitchCommand implements Runnable {
    @Option(names = "--member", paramLabel = "N", required = true, description = "which member of the fabric this is")
    private int member;
    @Option(names = "--controller", paramLabel = "HOST:PORT[,…]", required = true, description = "where the fabric's controllers listen, tried in turn")
    private String controllers = "";
    @Option(names = "--token", paramLabel = "TOKEN", description = "join token, at the first start")
    private @Nullable String token;
    @Option(names = "--data", paramLabel = "DIR", description = "where state is kept (default: /var/lib/weft as root, $XDG_STATE_HOME/weft otherwise)")
    private @Nullable Path data;
    @Option(names = "--control", paramLabel = "unix:PATH", description = "where to listen for the commands that ask this member alone (default: $WEFT_CONTROL, else as theirs)")
    private @Nullable String control;
    @Option(names = "--control-group", paramLabel = "GROUP", description = "who may use the control socket beside this user")
    private @Nullable String controlGroup;
    @Option(names = "--metrics", paramLabel = "[HOST:]PORT", description = "serve Prometheus metrics at http://HOST:PORT/metrics (host: 127.0.0.1 unless given; 0: a free port)")
    private @Nullable String metrics;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        if (member < 1 || member > MemberConfig.MAX_ID) {
            throw new FailedException("--member " + member + ": expected 1 to " + MemberConfig.MAX_ID);
        }
        ControlAddress address = ControlAddress.of(Optional.ofNullable(control), Surroundings.current().environment());
        Path state = data == null ? ControlAddress.defaultData(System.getenv()) : data.toAbsolutePath();
        MemberInstance.Options options = new MemberInstance.Options(member, Endpoints.controllers(controllers),
                Optional.ofNullable(token), state, address.socket(), Optional.ofNullable(controlGroup));
        new Foreground().run(() -> MemberInstance.start(options),
                Optional.ofNullable(metrics).map(MetricsEndpoint::address), spec.commandLine().getOut());
    }
}
