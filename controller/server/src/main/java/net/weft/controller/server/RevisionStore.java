package net.weft.controller.server;

import java.util.List;
import java.util.Optional;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.RevisionLog;

/** Stores the committed revisions. One writer; any thread may read. */
public interface RevisionStore extends RevisionLog, AutoCloseable {
    /**
     * Waits until {@link #last} is certain to be the newest revision. A store that has just been opened may know of an older one only;
     * one that fails to learn more returns after a while.
     */
    default void awaitNewest() {
        // Most stores know it from the first moment on.
    }

    /** Returns whether this store takes changes; else another process makes them, and the newest revision changes without a call. */
    default boolean takesChanges() {
        return true;
    }

    /**
     * Registers who is called when another revision may have become the newest than the last one that was written by a call that
     * returned: one whose write was given up and came to its end later, or one of an earlier run. The call comes on a thread of its own.
     */
    default void onFound(Runnable listener) {
        // Most stores know at once whether a revision was written.
    }

    /**
     * Returns the highest number that a revision is known to have had. It is more than that of the newest if revisions after that are lost;
     * their numbers are not used again.
     */
    default long highest() {
        return last().map(Revision::number).orElse(0L);
    }

    /**
     * Notes that a revision had a number, though it is lost.
     *
     * @throws StoreException if that cannot be written
     */
    default void lost(long number) {
        // A store that keeps nothing loses nothing.
    }

    /** Returns a revision by number; empty if it does not exist, or is no longer kept. */
    Optional<Revision> get(long number);

    /**
     * Returns the headers of stored revisions, the newest first, without reading their configurations. Revisions whose header cannot
     * be read are left out.
     *
     * @param before only revisions below this number; 0: all
     * @param limit most headers returned
     */
    List<RevisionHeader> headers(long before, int limit);

    /** Returns the numbers of the stored revisions, ascending. */
    List<Long> numbers();

    /** Returns whether the configuration of a revision is stored; its header may be known though it is not. */
    default boolean isKept(long number) {
        return numbers().contains(number);
    }

    /** Returns the bytes of a revision as {@code RevisionCodec} wrote them; empty if it is not kept, or cannot be read. */
    Optional<byte[]> bytes(long number);

    /**
     * Begins an empty store, or one whose revisions cannot be read, with the revisions of another. When this returns, they survive a
     * crash of the machine.
     *
     * @param newest becomes the newest revision, with the number that it has
     * @param before the revisions before it
     * @throws StoreException if they could not be written
     * @throws net.weft.controller.model.revision.StaleRevisionException if the store has a revision
     */
    void begin(Revision newest, EarlierRevisions before);

    /** @throws StoreException if the revision could not be written */
    @Override
    void append(Revision revision, long expectedLast);

    @Override
    void close();
}
