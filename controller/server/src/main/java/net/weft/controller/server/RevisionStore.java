package net.weft.controller.server;

import java.util.List;
import java.util.Optional;

import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;

/** Keeps every committed revision. One writer; readers are any thread. */
public interface RevisionStore extends RevisionLog, AutoCloseable {
    /** A revision by number; empty if there is none, or it is not kept any more. */
    Optional<Revision> get(long number);

    /** Numbers of the revisions kept, ascending. */
    List<Long> numbers();

    /** @throws StoreException if the revision could not be written */
    @Override
    void append(Revision revision, long expectedLast);

    @Override
    void close();
}
