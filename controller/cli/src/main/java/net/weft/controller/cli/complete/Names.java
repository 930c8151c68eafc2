package net.weft.controller.cli.complete;

import java.util.List;
import java.util.Optional;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.ListNamesRequest.Kind;

/** Names of the running instance; none where no instance answers. */
final class Names {
    private final Optional<String> control;

    /** @param control the value of {@code --control} on the line */
    Names(Optional<String> control) {
        this.control = control;
    }

    List<String> of(Kind kind) {
        try (ControlClient client = new ControlClient(
                ControlAddress.of(control, Surroundings.current().environment()))) {
            return Existing.names(client, kind);
        } catch (FailedException e) {
            return List.of();
        }
    }
}
