package net.weft.controller.model.revision;

import java.util.List;
import java.util.stream.Stream;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;

/**
 * What an apply may not do unasked: remove or change an object that a command made or changed since the file did. What
 * the file says of it may be older than what the command knew.
 */
public final class Prune {
    private Prune() {
    }

    /** One object that only {@code --prune} removes or changes. */
    public record Foreign(Change change, Origin origin) {
        /** {@code - port web1, made by command in revision 7 (root)}. */
        public String describe() {
            return change.describe() + ", made " + origin;
        }
    }

    /**
     * The objects that stand in the way of a file; empty: it may be applied.
     *
     * @param wanted what the file says, {@linkplain Commits#completed completed}
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
