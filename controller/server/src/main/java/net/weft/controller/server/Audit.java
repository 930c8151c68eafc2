package net.weft.controller.server;

import java.util.stream.Collectors;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Revision;

/** The lines of the log that say who changed what. */
final class Audit {
    static final String LOGGER = "net.weft.audit";
    /** Number of changes that one line names. */
    private static final int NAMED = 20;

    private Audit() {
    }

    /** Returns {@code revision 7 by root, process 1234: port set web1: ~ port web1: access 10 → 20}. */
    static String line(Revision revision, Plan plan) {
        String who = Callers.current().filter(caller -> caller.user().equals(revision.who()))
                .map(Callers.Caller::toString).orElse(revision.who());
        return "revision " + revision.number() + " by " + who + ": " + message(revision, plan);
    }

    /** Returns {@code port set web1: ~ port web1: access 10 → 20}. */
    static String message(Revision revision, Plan plan) {
        String changes = plan.changes().stream().limit(NAMED).map(Change::describe).collect(Collectors.joining("; "));
        int more = plan.changes().size() - NAMED;
        return revision.comment() + ": " + changes
                + (more > 0 ? "; and " + more + " more" : "");
    }
}
