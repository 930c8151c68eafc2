package net.weft.controller.model.revision;

import java.util.Optional;

/**
 * The part of a revision that a history lists. A store reads it without the configuration.
 *
 * @param number 1 for the first revision, ascending by 1
 * @param changes the changes since the revision before, in short; none for revisions of older versions of Weft
 * @param trial the terms of a revision that has not been confirmed yet; empty: it stands
 */
public record RevisionHeader(long number, Author author, ChangeSummary changes, Optional<Trial> trial) {
    /** Returns the header of the same revision after its confirmation. */
    public RevisionHeader confirmed() {
        return new RevisionHeader(number, author, changes, Optional.empty());
    }
}
