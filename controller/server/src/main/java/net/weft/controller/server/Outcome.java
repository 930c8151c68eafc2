package net.weft.controller.server;

import java.util.List;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.yaml.tree.Fault;

/**
 * The outcome of a change.
 *
 * @param revision number of the newest revision, after the change
 * @param plan the changes; empty if nothing changes
 * @param warnings warnings about legal but probably unintended settings; after an edit, only the new ones
 * @param dropped for a dry run, the connections that the change would drop
 */
public record Outcome(long revision, Plan plan, List<Fault> warnings, ImpactPreview.DroppedConnections dropped) {
    public Outcome {
        warnings = List.copyOf(warnings);
    }

    Outcome(long revision, Plan plan, List<Fault> warnings) {
        this(revision, plan, warnings, ImpactPreview.DroppedConnections.NONE);
    }
}
