package net.weft.controller.server;

import java.util.Optional;

/** What the members that follow the log make of a revision. Any thread. */
@FunctionalInterface
public interface Rollout {
    /** Nobody follows yet. */
    Rollout NONE = (_, _) -> Optional.empty();

    /**
     * Waits until the members run a revision, or have tried to.
     *
     * @param again also has a member that waits before its next attempt try at once
     * @return why a member does not run it yet, in a sentence; empty if all do
     */
    Optional<String> await(long revision, boolean again);
}
