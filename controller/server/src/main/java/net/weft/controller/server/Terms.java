package net.weft.controller.server;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import net.weft.controller.model.revision.Author;

/**
 * The terms of a change.
 *
 * @param dryRun whether to validate and plan only
 * @param base number of the revision that must be the newest; empty: any
 * @param prune whether to undo changes that were made by command
 * @param comment comment of the revision; may be empty
 * @param confirmWithin time after which the change is rolled back unless it is confirmed; empty: it stands
 * @param claimed the name that the caller gives itself; empty: none
 */
public record Terms(boolean dryRun, OptionalLong base, boolean prune, String comment,
        Optional<Duration> confirmWithin, String claimed) {
    public static final Terms PLAIN = new Terms(false, OptionalLong.empty(), false);

    public Terms(boolean dryRun, OptionalLong base, boolean prune) {
        this(dryRun, base, prune, "", Optional.empty(), "");
    }

    /** @throws RefusedException if another revision than the base is the newest */
    void checkBase(long newest) {
        if (base.isPresent() && base.getAsLong() != newest) {
            throw new RefusedException(new Refusal.Stale(base.getAsLong(), newest));
        }
    }

    /** Returns the author of a change that is made now on these terms. */
    Author author(InstantSource clock, String who, String command) {
        return Audit.author(clock.instant(), who, command, comment, claimed);
    }
}
