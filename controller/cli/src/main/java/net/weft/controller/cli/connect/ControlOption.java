package net.weft.controller.cli.connect;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --control}, for every command that speaks to a running instance. */
public final class ControlOption {
    @Option(names = "--control", paramLabel = "unix:PATH", description = "the running instance's socket (default: $WEFT_CONTROL, else /run/weft/control.sock as root,"
            + " $XDG_RUNTIME_DIR/weft/control.sock otherwise)")
    private @Nullable String control;

    /** @throws FailedException if it cannot be read */
    public ControlAddress address() {
        return ControlAddress.of(Optional.ofNullable(control), System.getenv());
    }

    /** A connection; made when first used. */
    public ControlClient connect() {
        return new ControlClient(address());
    }
}
