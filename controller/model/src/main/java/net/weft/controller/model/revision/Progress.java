package net.weft.controller.model.revision;

/**
 * The progress of a member in following the revision log.
 *
 * @param revision number of the revision that the member runs; 0 before the first
 * @param reason why the member does not run the newest revision, in a sentence; empty if it does
 */
public record Progress(long revision, String reason) {
    /** Returns whether the member runs the newest revision. */
    public boolean isCurrent() {
        return reason.isEmpty();
    }
}
