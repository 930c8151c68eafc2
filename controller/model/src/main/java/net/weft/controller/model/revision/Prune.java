package net.weft.controller.model.revision;

import java.util.List;
import java.util.stream.Stream;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;

/**
 * Finds the changes that an apply must not make without {@code --prune}: those that remove or change an object which a
 * command created or changed since the last apply. The file may be older than that command.
 */
public final class Prune {
    private Prune() {
    }

    /** A change that requires {@code --prune}, and the origin of its object. */
    public record Foreign(Change change, Origin origin) {
        /** Returns {@code - port web1, made by command in revision 7 (root)}. */
        public String describe() {
            return change.describe() + ", made " + origin;
        }
    }

    /**
     * Returns the changes that require {@code --prune}; empty: the file may be applied.
     *
     * @param wanted the configuration of the file, {@linkplain Commits#completed completed}
     */
    public static List<Foreign> foreign(Revision last, FabricConfig wanted) {
        return Plan.diff(last.config(), wanted).changes().stream()
                .filter(change -> !(change instanceof Change.Added))
                .flatMap(change -> Stream.ofNullable(last.origins().get(change.subject()))
                        .filter(origin -> origin.kind() != Origin.Kind.FILE)
                        .map(origin -> new Foreign(change, origin)))
                .toList();
    }
}
