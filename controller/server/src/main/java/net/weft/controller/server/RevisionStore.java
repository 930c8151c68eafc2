package net.weft.controller.server;

import java.util.List;
import java.util.Optional;

import net.weft.controller.model.revision.Revision;

/** Keeps every committed revision. One writer; readers are any thread. */
public interface RevisionStore extends AutoCloseable {
    /** The newest revision; empty before the first commit. */
    Optional<Revision> last();

    /** A revision by number; empty if there is none, or it is not kept any more. */
    Optional<Revision> get(long number);

    /** Numbers of the revisions kept, ascending. */
    List<Long> numbers();

    /**
     * Makes this the newest revision. On return it survives a crash of the machine; on an exception nothing has changed.
     *
     * @param revision its number is one more than that of {@link #last}
     * @throws StoreException if it could not be written
     */
    void append(Revision revision);

    @Override
    void close();
}
