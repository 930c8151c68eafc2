package net.weft.controller.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import net.weft.controller.cli.complete.CompleteCommand;
import net.weft.controller.cli.complete.Language;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.controller.cli.guest.GuestCommand;
import net.weft.controller.cli.identity.MemberCommand;
import net.weft.controller.cli.identity.PkiCommand;
import net.weft.controller.cli.show.CaptureCommand;
import net.weft.controller.cli.show.CapturedFrames;
import net.weft.controller.cli.show.ConnectionsCommand;
import net.weft.controller.cli.show.EventsCommand;
import net.weft.controller.cli.show.HistoryCommand;
import net.weft.controller.cli.show.ShowCommand;
import net.weft.controller.cli.show.TopCommand;
import net.weft.controller.cli.show.TraceCommand;
import net.weft.controller.cli.vpn.VpnCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

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
    private static @Nullable CommandSpec everything;

    @Option(names = "--control", paramLabel = "unix:PATH|HOST:PORT", description = "the running instance, as with each command")
    private @Nullable String control;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * The parts of the client that need more than the API.
     *
     * @param up the command that runs an instance
     * @param switching the command that runs a member without a controller
     * @param others further commands, by their names
     * @param fileChecks returns the findings of {@code doctor -f} for the file of a name
     * @param frames reads capture files, for {@code trace --pcap}
     * @param language the words of the configuration, for completion
     */
    public record Parts(Object up, Object switching, SequencedMap<String, Supplier<Object>> others,
            Function<String, List<Finding>> fileChecks, CapturedFrames frames,
            Language language) {
    }

    private WeftCommand() {
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** Runs one command in this process and returns its exit status. Any thread. */
    public static int run(Parts parts, PrintWriter out, PrintWriter err, String... arguments) {
        int status = commandLine(parts, words(arguments)).setOut(out).setErr(err).execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    /** Runs the command; {@code --control} before it counts as the environment variable does. */
    private int execute(ParseResult parsed) {
        CommandLine.IExecutionStrategy last = new CommandLine.RunLast();
        return control == null
                ? last.execute(parsed)
                : Surroundings.current().with("WEFT_CONTROL", control).call(() -> last.execute(parsed));
    }

    /** Prints which command may have been meant; returns false if none is known. */
    private static boolean propose(CommandLine.ParameterException e, String[] arguments) {
        if (!(e instanceof CommandLine.UnmatchedArgumentException)) {
            return false;
        }
        CommandSpec at = e.getCommandLine().getCommandSpec();
        List<String> words = words(arguments);
        List<String> proposals = at.subcommands().isEmpty() ? List.of() : Proposals.of(words);
        if (!proposals.isEmpty()) {
            e.getCommandLine().getErr().println("weft: there is no command `weft " + String.join(" ", words)
                    + "`; did you mean `" + String.join("` or `", proposals) + "`?");
        }
        return !proposals.isEmpty();
    }

    private static SequencedMap<String, Supplier<Object>> commands(Parts parts, List<String> words) {
        SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", parts::up);
        commands.put("switch", parts::switching);
        commands.put("apply", ApplyCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("export", ExportCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("rollback", RollbackCommand::new);
        commands.put("confirm", ConfirmCommand::new);
        commands.put("backup", BackupCommand::new);
        commands.put("restore", RestoreCommand::new);
        commands.put("port", PortCommand::new);
        for (ObjectCommand.Subject subject : ObjectCommand.Subject.values()) {
            commands.put(subject.word(), () -> ObjectCommand.of(subject));
        }
        commands.put("lag", LagCommand::new);
        commands.put("batch", BatchCommand::new);
        commands.put("vpn", VpnCommand::new);
        commands.put("show", () -> ShowCommand.of(words.size() < 2 ? "" : words.get(1)));
        commands.put("events", EventsCommand::new);
        commands.put("trace", () -> new TraceCommand(parts.frames()));
        commands.put("capture", CaptureCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("connections", ConnectionsCommand::new);
        commands.put("guest", GuestCommand::new);
        commands.put("member", () -> new CommandLine(new MemberCommand())
                .addSubcommand("drain", new MemberDrainCommand.Drain())
                .addSubcommand("undrain", new MemberDrainCommand.Undrain()));
        commands.put("pki", PkiCommand::new);
        commands.put("doctor", () -> new DoctorCommand(parts.fileChecks()));
        commands.put("version", VersionCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("example", ExampleCommand::new);
        commands.put("complete", () -> new CompleteCommand(
                () -> everything(parts), parts.language()));
        commands.putAll(parts.others());
        return commands;
    }

    /** Returns the root of all commands, which completion only reads: it is made once. */
    private static synchronized CommandSpec everything(Parts parts) {
        if (everything == null) {
            everything = commandLine(parts, List.of()).getCommandSpec();
        }
        return everything;
    }

    /** Returns the words in front of the first option, without {@code --control} at the head. */
    private static List<String> words(String... arguments) {
        int first = arguments.length > 2 && arguments[0].equals("--control") ? 2 : 0;
        return Arrays.stream(arguments).skip(first).dropWhile(argument -> argument.startsWith("--control="))
                .takeWhile(argument -> !argument.startsWith("-")).toList();
    }

    /**
     * Makes the command line for these words. To make a command from its annotations takes time, so only the one that
     * is wanted is made; all of them if it is not known, and for the help and completion.
     */
    private static CommandLine commandLine(Parts parts, List<String> words) {
        WeftCommand root = new WeftCommand();
        CommandLine weft = new CommandLine(root);
        SequencedMap<String, Supplier<Object>> commands = commands(parts, words);
        if (!words.isEmpty() && commands.containsKey(words.getFirst())) {
            commands.keySet().retainAll(Set.of(words.getFirst()));
        }
        commands.forEach((name, command) -> weft.addSubcommand(name, command.get()));
        Help.adapt(weft);
        IParameterExceptionHandler usual = weft.getParameterExceptionHandler();
        return weft.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(root::execute)
                .setParameterExceptionHandler((e, arguments) -> propose(e, arguments)
                        ? WRONG_USAGE
                        : usual.handleParseException(e, arguments))
                .setExecutionExceptionHandler((e, command, _) -> Failures.report(e, command.getErr()));
    }
}
