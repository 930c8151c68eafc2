package net.weft.controller.server;

import java.util.List;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.tree.Fault;

/**
 * The end of each change that was validated and planned: a dry run tells what it would do, any other is committed. The caller serializes
 * all calls.
 */
final class Committing {
    private final RevisionStore log;
    private final ImpactPreview preview;
    private final Ledger ledger;

    Committing(RevisionStore log, ImpactPreview preview, Ledger ledger) {
        this.log = log;
        this.preview = preview;
        this.ledger = ledger;
    }

    /** Returns the number of the newest revision, or 0. */
    long revision() {
        return log.last().map(Revision::number).orElse(0L);
    }

    Outcome commit(Revision next, Plan plan, List<Fault> warnings, Terms terms) {
        return commit(next, plan, warnings, terms, false);
    }

    /** @param revokesOnly whether VPN keys are revoked and nothing else changes, which no trial holds up */
    Outcome commit(Revision next, Plan plan, List<Fault> warnings, Terms terms, boolean revokesOnly) {
        if (terms.dryRun()) {
            return new Outcome(revision(), plan, warnings,
                    plan.isEmpty() ? ImpactPreview.DroppedConnections.NONE : preview.dropped(next));
        }
        if (revokesOnly && terms.confirmWithin().isEmpty()) {
            ledger.revoke(next, plan);
        } else {
            ledger.commit(next, plan, terms.confirmWithin());
        }
        return new Outcome(next.number(), plan, warnings);
    }
}
