package net.weft.controller.cli;

import net.weft.controller.cli.vpn.VpnCommand;
import java.util.stream.Stream;
import java.util.Arrays;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Option;
import org.jspecify.annotations.Nullable;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;

import net.weft.controller.cli.guest.GuestCommand;
import net.weft.controller.cli.show.CaptureCommand;
import net.weft.controller.cli.show.CapturedFrames;
import net.weft.controller.cli.show.ConnectionsCommand;
import net.weft.controller.cli.show.ShowCommand;
import net.weft.controller.cli.show.TopCommand;
import net.weft.controller.cli.show.TraceCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code weft}, a client of {@code weft.v1}. The composition root provides the parts that need more than
 * the API (running an instance, parsing a file, reading a capture) as {@link Parts}. Exit status: 0 done, 1 refused or
 * failed, 2 wrong usage.
 */
@Command(name = "weft", description = "One switch out of many hosts.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, footer = {
        "", "Examples:", "  weft up -f fabric.yaml              run a switch in the foreground",
        "  weft show ports                     what it does, from another terminal",
        "  weft apply -f fabric.yaml --dry-run what a changed file would change",
        "  weft example quickstart             two VLANs, guests and all, in one command", "",
        "`weft COMMAND --help` says more. Exit status: 0 done, 1 refused or failed, 2 wrong usage."})
public final class WeftCommand implements Runnable {
    private static final int WRONG_USAGE = 2;

    @Option(names = "--control", paramLabel = "unix:PATH", description = "the running instance's socket, as with each command")
    private @Nullable String control;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * The parts of the client that need more than the API.
     *
     * @param up the command that runs an instance
     * @param train the command that exercises the others for the JVM's ahead-of-time cache
     * @param fileChecks returns the findings of {@code doctor -f} for the file of a name
     * @param frames reads capture files, for {@code trace --pcap}
     */
    public record Parts(Object up, Object train, Function<String, List<Finding>> fileChecks, CapturedFrames frames) {
    }

    private WeftCommand() {
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** Runs one command in this process and returns its exit status. Any thread. */
    public static int run(Parts parts, PrintWriter out, PrintWriter err, String... arguments) {
        int status = commandLine(parts).setOut(out).setErr(err).execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    /** Prints which command may have been meant; returns false if none is known. */
    private static boolean propose(CommandLine.ParameterException e) {
        if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return false;
        }
        CommandSpec at = e.getCommandLine().getCommandSpec();
        List<String> words = Stream.concat(Arrays.stream(at.qualifiedName().split(" ")).skip(1),
                unmatched.getUnmatched().stream().takeWhile(word -> !word.startsWith("-"))).toList();
        List<String> proposals = at.subcommands().isEmpty() ? List.of() : Proposals.of(words);
        if (!proposals.isEmpty()) {
            e.getCommandLine().getErr().println("weft: there is no command `weft " + String.join(" ", words)
                    + "`; did you mean `" + String.join("` or `", proposals) + "`?");
        }
        return !proposals.isEmpty();
    }

    static CommandLine commandLine(Parts parts) {
        CommandLine weft = new CommandLine(new WeftCommand());
        List.of(parts.up(), new ApplyCommand(), new DiffCommand(), new ExportCommand(), new PortCommand(),
                ObjectCommand.of(ObjectCommand.Subject.NETWORK), ObjectCommand.of(ObjectCommand.Subject.ZONE),
                ObjectCommand.of(ObjectCommand.Subject.POLICY), new LagCommand(), new BatchCommand(), new VpnCommand(),
                new ShowCommand(),
                new TraceCommand(parts.frames()),
                new CaptureCommand(), new TopCommand(), new ConnectionsCommand(), new GuestCommand(),
                new DoctorCommand(parts.fileChecks()), new VersionCommand(), new CompletionCommand(),
                new ExampleCommand(), parts.train()).forEach(weft::addSubcommand);
        Help.adapt(weft);
        IParameterExceptionHandler usual = weft.getParameterExceptionHandler();
        return weft.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> propose(e)
                        ? WRONG_USAGE
                        : usual.handleParseException(e, arguments))
                .setExecutionExceptionHandler((e, command, _) -> Failures.report(e, command.getErr()));
    }
}
