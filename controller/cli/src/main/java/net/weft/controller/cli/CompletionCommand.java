package net.weft.controller.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import net.weft.controller.cli.complete.CompleteCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "completion", mixinStandardHelpOptions = true, description = "Print a completion script for bash (and zsh with bashcompinit).", footer = {
        "",
        "It completes commands, options, files, the names of ports, networks, zones and policies of the running instance, and keys and values.",
        "", "Examples:", "  source <(weft completion)",
        "  weft completion > ~/.local/share/bash-completion/completions/weft"})
final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        try (InputStream script = Objects
                .requireNonNull(CompleteCommand.class.getResourceAsStream("completion.bash"))) {
            spec.commandLine().getOut().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
