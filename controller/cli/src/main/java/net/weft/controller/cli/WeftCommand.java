package net.weft.controller.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import net.weft.controller.cli.guest.GuestCommand;
import net.weft.controller.cli.show.CaptureCommand;
import net.weft.controller.cli.show.ConnectionsCommand;
import net.weft.controller.cli.show.ShowCommand;
import net.weft.controller.cli.show.TopCommand;
import net.weft.controller.cli.show.TraceCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weft}. Exit status: 0 done, 1 refused or failed, 2 wrong usage. */
@Command(name = "weft", description = "One switch out of many hosts.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, subcommands = {
        UpCommand.class, ApplyCommand.class, DiffCommand.class, ExportCommand.class, PortCommand.class,
        NetworkCommand.class, ZoneCommand.class, PolicyCommand.class,
        ShowCommand.class, TraceCommand.class, CaptureCommand.class, TopCommand.class, ConnectionsCommand.class,
        GuestCommand.class,
        DoctorCommand.class,
        VersionCommand.class, CompletionCommand.class,
        ExampleCommand.class, TrainCommand.class}, footer = {"", "Examples:",
                "  weft up -f fabric.yaml              run a switch in the foreground",
                "  weft show ports                     what it does, from another terminal",
                "  weft apply -f fabric.yaml --dry-run what a changed file would change",
                "  weft example quickstart             two VLANs, guests and all, in one command", "",
                "`weft COMMAND --help` says more. Exit status: 0 done, 1 refused or failed, 2 wrong usage."})
public final class WeftCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = run(out, err, arguments);
        out.flush();
        System.exit(status);
    }

    /** Runs one command in this process and returns its exit status. Any thread. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        int status = commandLine().setOut(out).setErr(err).execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    static CommandLine commandLine() {
        return new CommandLine(new WeftCommand()).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, _) -> Failures.report(e, command.getErr()));
    }
}
