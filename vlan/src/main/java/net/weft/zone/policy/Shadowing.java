package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.zone.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Finds policies that can never match because one earlier policy, of the fabric or of the same tenant, matches every
 * packet that they could. Shadowing by several policies together is not detected, nor is every case where thousands
 * overlap each other. Shadowing is a warning, not an error.
 */
public final class Shadowing {
    /** The maximum number of compared pairs: some seconds. Ten thousand realistic policies have a few pairs each. */
    private static final int MAX_COMPARISONS = 1 << 20;

    private int comparisonsLeft = MAX_COMPARISONS;

    private Shadowing() {
    }

    /**
     * Finds the shadowed policies.
     *
     * @param policies in order of evaluation
     * @return the shadowed policies in that order, each with the first that covers it
     * @throws OverlapException when {@link PolicyTable#of} throws it for the same policies
     */
    public static List<Shadow> find(List<Policy> policies) {
        return new Shadowing().among(policies);
    }

    private List<Shadow> among(List<Policy> policies) {
        Map<@Nullable String, List<Policy>> groups = new HashMap<>();
        for (Policy policy : policies) {
            groups.computeIfAbsent(policy.tenant(), _ -> new ArrayList<>()).add(policy);
        }
        Map<@Nullable String, Group> compiled = new HashMap<>();
        RowBudget budget = new RowBudget();
        groups.forEach((tenant, members) -> compiled.put(tenant, new Group(members, budget)));
        Group fabric = compiled.computeIfAbsent(null, _ -> new Group(List.of(), budget));
        Map<@Nullable String, Integer> passed = new HashMap<>();
        List<Shadow> shadows = new ArrayList<>();
        for (Policy policy : policies) {
            Group own = Objects.requireNonNull(compiled.get(policy.tenant()));
            int place = passed.merge(policy.tenant(), 1, Integer::sum) - 1;
            Extent extent = own.extents.get(place);
            if (extent.services().isEmpty()) {
                continue;
            }
            Policy by = policy.tenant() == null ? null : firstCovering(fabric, extent, fabric.extents.size());
            if (by == null) {
                by = firstCovering(own, extent, place);
            }
            if (by != null) {
                shadows.add(new Shadow(policy, by));
            }
        }
        return shadows;
    }

    /** Returns the first policy that covers the extent, among the first {@code end} policies of a group, or null. */
    private @Nullable Policy firstCovering(Group group, Extent extent, int end) {
        int place = group.classifier.next(0, extent);
        while (place != Classifier.NONE && place < end && comparisonsLeft-- > 0) {
            if (group.extents.get(place).covers(extent)) {
                return group.extents.get(place).policy();
            }
            place = group.classifier.next(place + 1, extent);
        }
        return null;
    }

    /** The policies of one tenant, or of the fabric. */
    private static final class Group {
        private final Classifier classifier;
        private final List<Extent> extents;

        Group(List<Policy> policies, RowBudget budget) {
            classifier = new Classifier(policies, budget);
            extents = policies.stream().map(Extent::of).toList();
        }
    }
}
