package net.weft.controller.model.plan;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import net.weft.controller.model.FabricConfig;

/**
 * The difference between two configurations: each object that differs, once. A plan is empty exactly when the two are
 * equal. The order of objects in a file makes no difference, except that of policies.
 *
 * @param changes changes of the fabric, members, tenants, networks, zones, policies, then ports; for each kind of
 *     object the removals first, then the others in the order of the target
 */
public record Plan(FabricConfig from, FabricConfig to, List<Change> changes) {
    public Plan {
        changes = List.copyOf(changes);
    }

    public static Plan diff(FabricConfig from, FabricConfig to) {
        return new Plan(from, to, Planner.changes(from, to));
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Returns a warning, one sentence each, for every change that is legal but takes effect later than the commit. */
    public List<String> warnings() {
        return changes.stream().mapMulti((Change change, Consumer<String> warnings) -> {
            if (change instanceof Change.MemberChanged member
                    && !member.from().workers().equals(member.to().workers())) {
                warnings.accept(change.subject() + ": the workers change takes effect at the next weft up");
            }
            if (change instanceof Change.FabricChanged && from.allZones().findAny().isPresent()
                    && from.connections().limits().total() != to.connections().limits().total()) {
                warnings.accept("connections.total: the change takes effect at the next weft up");
            }
        }).toList();
    }

    /** Returns the changes as text, one on a line; empty if nothing changes. */
    public String describe() {
        return changes.stream().map(Change::describe).collect(Collectors.joining("\n"));
    }
}
