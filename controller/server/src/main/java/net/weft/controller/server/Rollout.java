package net.weft.controller.server;

import java.util.Optional;

/** Reports whether the members run a revision. Any thread. */
@FunctionalInterface
public interface Rollout {
    /** The rollout without members. */
    Rollout NONE = (_, _) -> Optional.empty();

    /**
     * Waits until the members run a revision, or have tried to.
     *
     * @param again whether members that wait for their next attempt retry at once
     * @return why a member does not run it yet, in a sentence; empty if all do
     */
    Optional<String> await(long revision, boolean again);
}
