package net.weft.controller.server;

import java.time.InstantSource;
import java.util.function.Supplier;

/** Makes changes: tells of those that are refused, and waits until the members run the others. Any thread. */
final class Execution {
    private final RevisionStore log;
    private final Events events;
    private final Rollout rollout;
    private final InstantSource clock;

    Execution(RevisionStore log, Events events, Rollout rollout, InstantSource clock) {
        this.log = log;
        this.events = events;
        this.rollout = rollout;
        this.clock = clock;
    }

    /**
     * Makes a change to the newest revision.
     *
     * @throws NotCarriedOutException as in {@link #atStart}
     */
    Outcome of(String command, Terms terms, String who, Supplier<Outcome> change) {
        log.awaitNewest();
        return atStart(command, terms, who, change);
    }

    /**
     * Makes a change that has found out itself whether the newest revision must be awaited.
     *
     * @throws NotCarriedOutException if it is stored, and a member does not run it
     */
    Outcome atStart(String command, Terms terms, String who, Supplier<Outcome> change) {
        Outcome outcome;
        try {
            outcome = change.get();
        } catch (RefusedException e) {
            if (!terms.dryRun()) {
                events.refused(e.refusal(), terms.author(clock, who, command));
            }
            throw e;
        }
        if (!terms.dryRun() && outcome.revision() > 0) {
            rollout.await(outcome.revision(), outcome.plan().isEmpty()).ifPresent(reason -> {
                throw new NotCarriedOutException(outcome.revision(), reason);
            });
        }
        return outcome;
    }
}
