package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.zone.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Finds policies that can never match because one earlier policy, of the fabric or of the same tenant, matches all they could. What only
 * several together keep in the dark is not found. A warning, not a fault.
 */
public final class Shadowing {
    private Shadowing() {
    }

    /**
     * @param policies in the order they are judged
     * @return in that order, each with the first that covers it
     */
    public static List<Shadow> find(List<Policy> policies) {
        Map<@Nullable String, List<Policy>> groups = new HashMap<>();
        for (Policy policy : policies) {
            groups.computeIfAbsent(policy.tenant(), _ -> new ArrayList<>()).add(policy);
        }
        Map<@Nullable String, Group> compiled = new HashMap<>();
        groups.forEach((tenant, members) -> compiled.put(tenant, new Group(members)));
        Group fabric = compiled.computeIfAbsent(null, _ -> new Group(List.of()));
        Map<@Nullable String, Integer> passed = new HashMap<>();
        List<Shadow> shadows = new ArrayList<>();
        for (Policy policy : policies) {
            Group own = Objects.requireNonNull(compiled.get(policy.tenant()));
            int place = passed.merge(policy.tenant(), 1, Integer::sum) - 1;
            Extent extent = own.extents.get(place);
            if (extent.services().isEmpty()) {
                continue;
            }
            Policy by = policy.tenant() == null ? null : fabric.firstCovering(extent, fabric.extents.size());
            if (by == null) {
                by = own.firstCovering(extent, place);
            }
            if (by != null) {
                shadows.add(new Shadow(policy, by));
            }
        }
        return shadows;
    }

    /** Policies of one tenant, or of the fabric. */
    private static final class Group {
        private final Classifier classifier;
        private final List<Extent> extents;

        Group(List<Policy> policies) {
            classifier = new Classifier(policies);
            extents = policies.stream().map(Extent::of).toList();
        }

        @Nullable
        Policy firstCovering(Extent extent, int end) {
            int place = classifier.next(0, extent);
            while (place != Classifier.NONE && place < end) {
                if (extents.get(place).covers(extent)) {
                    return extents.get(place).policy();
                }
                place = classifier.next(place + 1, extent);
            }
            return null;
        }
    }
}
