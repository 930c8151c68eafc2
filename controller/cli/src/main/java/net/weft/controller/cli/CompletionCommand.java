package net.weft.controller.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "completion", mixinStandardHelpOptions = true, description = "Print a completion script for bash (and zsh with bashcompinit).", footer = {
        "", "Examples:", "  source <(weft completion)",
        "  weft completion > ~/.local/share/bash-completion/completions/weft"})
final class CompletionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(AutoComplete.bash("weft", spec.root().commandLine()));
    }
}
