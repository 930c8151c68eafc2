package net.weft.controller.cli.complete;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints what may stand for the last word of a line: first how the shell has to treat it, then one word a line. The
 * script of {@code weft completion} calls it at each Tab. With {@code --commands} it prints every command instead, one a
 * line and without {@code weft}, and what it does behind a tab, for those who make manual pages of their help.
 */
@Command(name = "complete", hidden = true, description = "Print what may stand for the last word of a line.")
public final class CompleteCommand implements Runnable {
    private final Supplier<CommandSpec> root;
    private final Language language;
    @Parameters(arity = "0..1", paramLabel = "LINE", description = "the line up to the cursor, the command's own name included")
    private String line = "";
    @Option(names = "--commands", description = "print every command that is for people")
    private boolean commands;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * Creates the command.
     *
     * @param root makes the root of all commands
     */
    public CompleteCommand(Supplier<CommandSpec> root, Language language) {
        this.root = root;
        this.language = language;
    }

    @Override
    public void run() {
        if (commands) {
            printCommands("", root.get());
            return;
        }
        List<String> words = new ArrayList<>(List.of(line.stripLeading().split("\\s+", -1)));
        words.removeFirst();
        if (words.isEmpty()) {
            return;
        }
        Candidates candidates = Completer.of(root.get(), language, words);
        PrintWriter out = spec.commandLine().getOut();
        out.println(candidates.kind().name().toLowerCase(Locale.ROOT));
        candidates.words().forEach(out::println);
    }

    private void printCommands(String before, CommandSpec parent) {
        parent.subcommands().forEach((name, command) -> {
            CommandSpec child = command.getCommandSpec();
            if (!Set.of(child.aliases()).contains(name) && !child.usageMessage().hidden()) {
                spec.commandLine().getOut().println(before + name + "\t"
                        + String.join(" ", child.usageMessage().description()));
                printCommands(before + name + " ", child);
            }
        });
    }
}
