package net.weft.controller.server;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;

/** The lines of the log that say who changed what. */
final class Audit {
    static final String LOGGER = "net.weft.audit";
    /** Number of changes that one line names. */
    private static final int NAMED = 20;

    private Audit() {
    }

    /** Returns {@code revision 7 by root, process 1234: port set web1: ~ port web1: access 10 → 20}. */
    static String line(Revision revision, Plan plan) {
        return "revision " + revision.number() + " by " + person(revision.header().author()) + ": "
                + message(revision, plan);
    }

    /** Returns {@code root, process 1234, claiming to be ci}. */
    static String person(Author author) {
        Author.Caller caller = author.caller();
        return author.who() + (caller.process().isPresent() ? ", process " + caller.process().getAsLong() : "")
                + (caller.claimed().isEmpty() ? "" : ", claiming to be " + caller.claimed());
    }

    /** Returns the author of a change, with what is known about the caller of the API that is being served on this thread. */
    static Author author(Instant time, String who, String command, String comment, String claimed) {
        Optional<Callers.Caller> caller = Callers.current().filter(served -> served.user().equals(who));
        return new Author(time, who, new Author.Caller(
                caller.map(Callers.Caller::uid).orElse(OptionalLong.empty()),
                caller.map(Callers.Caller::process).orElse(OptionalLong.empty()), claimed), command, comment);
    }

    /** Returns {@code port set web1: ~ port web1: access 10 → 20}, of the changes that a header has. */
    static String message(RevisionHeader header) {
        return header.author().command() + ": " + String.join("; ", header.changes().first());
    }

    /** Returns {@code port set web1: ~ port web1: access 10 → 20}. */
    static String message(Revision revision, Plan plan) {
        String changes = plan.changes().stream().limit(NAMED).map(Change::describe).collect(Collectors.joining("; "));
        int more = plan.changes().size() - NAMED;
        Author author = revision.header().author();
        return author.command() + (author.comment().isEmpty() ? "" : " (" + author.comment() + ")") + ": " + changes
                + (more > 0 ? "; and " + more + " more" : "");
    }
}
