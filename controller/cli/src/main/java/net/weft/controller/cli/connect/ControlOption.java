package net.weft.controller.cli.connect;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --control} of every command that calls a running instance. */
public final class ControlOption {
    @Option(names = "--control", paramLabel = "unix:PATH|HOST:PORT", description = "the running instance's socket, or a controller on another host (default: $WEFT_CONTROL, else /run/weft/control.sock as root,"
            + " $XDG_RUNTIME_DIR/weft/control.sock otherwise)")
    private @Nullable String control;

    @Option(names = "--identity", paramLabel = "DIR", description = "key and certificates for a controller on another host, as `weft pki issue` made them"
            + " (default: $WEFT_IDENTITY, else ~/.config/weft)")
    private @Nullable String identity;

    /**
     * Returns the address of the instance.
     *
     * @throws FailedException if the option is invalid
     */
    public ControlAddress address() {
        return ControlAddress.of(Optional.ofNullable(control), Optional.ofNullable(identity),
                Surroundings.current().environment());
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
