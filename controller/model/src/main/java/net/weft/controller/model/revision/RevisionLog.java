package net.weft.controller.model.revision;

import java.util.Optional;

/**
 * The committed revisions, in order. The log is all that the controller and the members share: the controller appends,
 * each member follows. Any thread may call it.
 */
public interface RevisionLog {
    /** Returns the newest revision; empty before the first commit. */
    Optional<Revision> last();

    /**
     * Appends the newest revision. When this returns, the revision survives a crash of the machine; when it throws,
     * nothing has changed.
     *
     * @param revision its number is {@code expectedLast + 1}, or the next one that no revision has had, if some were lost
     * @param expectedLast number of the revision that must be the newest before; 0 for none
     * @throws StaleRevisionException if another revision is the newest
     */
    void append(Revision revision, long expectedLast);

    /**
     * Replaces the newest revision by one of the same number and the same configuration, with another record of the
     * file given last. Followers get it again.
     *
     * @throws StaleRevisionException if another revision is the newest
     */
    void amend(Revision revision);

    /**
     * Follows the log.
     *
     * @param from number of the newest revision that the follower already has; 0 for none
     */
    Follower follow(long from);

    /** A position in the log. One thread waits; any thread may wake it. */
    interface Follower {
        /**
         * Waits for a revision that is newer than the last one returned, or was amended since, and returns the newest;
         * a slow follower skips the revisions in between.
         *
         * @param timeoutNs longest time to wait, in nanoseconds
         * @return empty after the time-out or a {@link #wake}
         */
        Optional<Revision> await(long timeoutNs) throws InterruptedException;

        /** Ends the current wait, or the next one if none is in progress. */
        void wake();
    }
}
