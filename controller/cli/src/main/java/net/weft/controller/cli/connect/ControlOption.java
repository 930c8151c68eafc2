package net.weft.controller.cli.connect;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --control} of every command that calls a running instance. */
public final class ControlOption {
    @Option(names = "--control", paramLabel = "unix:PATH", description = "the running instance's socket (default: $WEFT_CONTROL, else /run/weft/control.sock as root,"
            + " $XDG_RUNTIME_DIR/weft/control.sock otherwise)")
    private @Nullable String control;
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /**
     * Returns the address of the instance.
     *
     * @throws FailedException if the option is invalid
     */
    public ControlAddress address() {
        return ControlAddress.of(Optional.ofNullable(control).or(() -> beforeTheCommand(spec)),
                Surroundings.current().environment());
    }

    /** Returns the value of the option where it stands before the command. */
    public static Optional<String> beforeTheCommand(@Nullable CommandSpec command) {
        OptionSpec option = command == null ? null : command.root().findOption("--control");
        return option == null ? Optional.empty() : Optional.ofNullable(option.getValue());
    }

    /**
     * Opens a connection.
     *
     * @throws FailedException if the option is invalid or no instance listens there
     */
    public ControlClient connect() {
        return new ControlClient(address());
    }
}
