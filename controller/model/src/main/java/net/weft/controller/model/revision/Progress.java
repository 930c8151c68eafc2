package net.weft.controller.model.revision;

/**
 * How far a member has followed the log.
 *
 * @param revision number of the revision that it runs; 0 before the first
 * @param reason why it does not run a newer one that it knows of, in a sentence; empty while there is none
 */
public record Progress(long revision, String reason) {
    /** Whether there is nothing left to carry out. */
    public boolean isCurrent() {
        return reason.isEmpty();
    }
}
