package net.weft.controller.model.revision;

import java.util.Optional;

/**
 * The committed revisions, in order: all that controller and members share. The controller appends, each member follows.
 * Any thread.
 */
public interface RevisionLog {
    /** The newest revision; empty before the first commit. */
    Optional<Revision> last();

    /**
     * Makes this the newest revision. On return it survives a crash of the machine; on an exception nothing has changed.
     *
     * @param revision its number is {@code expectedLast + 1}
     * @param expectedLast number of the revision that must be the newest until now; 0 for none
     * @throws StaleRevisionException if another one is the newest
     */
    void append(Revision revision, long expectedLast);

    /**
     * Follows the log.
     *
     * @param from number of the revision that the follower has already; 0 for none
     */
    Follower follow(long from);

    /** A place in the log. One thread waits; any thread may wake it. */
    interface Follower {
        /**
         * Waits for a revision that is newer than the last one returned, and returns the newest: a follower that was slow skips
         * those in between.
         *
         * @return empty after the time-out or a {@link #wake}
         */
        Optional<Revision> await(long timeoutNs) throws InterruptedException;

        /** Ends the present or else the next wait. */
        void wake();
    }
}
