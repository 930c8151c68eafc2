package net.weft.controller.cli.complete;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints what may stand for the last word of a line: first how the shell has to treat it, then one word a line. The
 * script of {@code weft completion} calls it at each Tab.
 */
@Command(name = "complete", hidden = true, description = "Print what may stand for the last word of a line.")
public final class CompleteCommand implements Runnable {
    private final Supplier<CommandSpec> root;
    private final Language language;
    @Parameters(paramLabel = "LINE", description = "the line up to the cursor, the command's own name included")
    private String line = "";
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
}
