package net.weft.controller.cli.complete;

import java.util.List;
import java.util.Optional;
import net.weft.controller.cli.connect.ControlAddress;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.ListNamesRequest.Kind;
import net.weft.v1.ListRevisionsRequest;

/** Names of the running instance; none where no instance answers. */
final class Names {
    private static final int REVISIONS = 30;

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

    /** Returns the numbers of the newest revisions, the newest first. */
    List<String> revisions() {
        try (ControlClient client = new ControlClient(
                ControlAddress.of(control, Surroundings.current().environment()))) {
            return client.revisions(service -> service
                    .listRevisions(ListRevisionsRequest.newBuilder().setLimit(REVISIONS).build())).getRevisionsList()
                    .stream().map(revision -> Long.toString(revision.getRevision())).toList();
        } catch (FailedException e) {
            return List.of();
        }
    }
}
