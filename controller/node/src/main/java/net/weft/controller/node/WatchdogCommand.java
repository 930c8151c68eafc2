package net.weft.controller.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.FailedException;
import net.weft.linux.LinuxException;
import net.weft.vswitch.carrier.CarrierWatchdog;
import net.weft.vswitch.device.NicCarriers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the watchdog of one member until a signal ends it. */
@Command(name = "watchdog", mixinStandardHelpOptions = true, sortOptions = false, description = "Take the carrier off the nic ports of this host's member when it dies, in the foreground.", footer = {
        "",
        "A process of its own, to be started beside `weft up` or `weft switch`, before or after it, with the same data directory",
        "and in the same network namespace. A member that is killed loses the carriers at once, one that hangs after 500 ms, so",
        "that LACP partners, bonds and other members send by another way without waiting. They come back with the member. A member",
        "that is stopped by SIGTERM keeps them. Needs CAP_NET_ADMIN. Prints `ready` when it listens.", "", "Examples:",
        "  weft watchdog & weft up -f fabric.yaml",
        "  weft watchdog --data /var/lib/weft"})
public final class WatchdogCommand implements Runnable {
    @Option(names = "--data", paramLabel = "DIR", description = "the data directory of the member (default: /var/lib/weft as root, $XDG_STATE_HOME/weft otherwise)")
    private @Nullable Path data;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Path state = data == null ? ControlAddress.defaultData(System.getenv()) : data.toAbsolutePath();
        PrintWriter out = spec.commandLine().getOut();
        try (NicCarriers carriers = new NicCarriers(state);
                CarrierWatchdog watchdog = new CarrierWatchdog(state, carriers, NicCarriers.namespace())) {
            out.println("ready");
            out.flush();
            watchdog.run();
        } catch (IOException | LinuxException e) {
            throw new FailedException("the watchdog cannot run: " + e.getMessage());
        }
    }
}
