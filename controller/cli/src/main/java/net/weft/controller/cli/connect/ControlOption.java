package net.weft.controller.cli.connect;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --control} of every command that calls a running instance. */
public final class ControlOption {
    @Option(names = "--control", paramLabel = "unix:PATH", description = "the running instance's socket (default: $WEFT_CONTROL, else /run/weft/control.sock as root,"
            + " $XDG_RUNTIME_DIR/weft/control.sock otherwise)")
    private @Nullable String control;

    /**
     * Returns the address of the instance.
     *
     * @throws FailedException if the option is invalid
     */
    public ControlAddress address() {
        return ControlAddress.of(Optional.ofNullable(control), Surroundings.current().environment());
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
