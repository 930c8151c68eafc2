package net.weft.controller.model.plan;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import net.weft.controller.model.FabricConfig;

/**
 * The way from one configuration to another: each object that differs, once. Empty exactly when the two are equal; the
 * order of a file is no difference, but for that of policies.
 *
 * @param changes the fabric, members, tenants, networks, zones, policies, then ports; of each kind those removed first, then the others in
 *     the order of the target
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

    /** What is legal, but does not happen at once: one sentence each, for the person who asked. */
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

    /** One change a line; empty if nothing changes. */
    public String describe() {
        return changes.stream().map(Change::describe).collect(Collectors.joining("\n"));
    }
}
