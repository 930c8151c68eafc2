package net.weft.controller.model.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.TenantConfig;

/**
 * Finds the policies that move within their list, as the first match decides. Among the policies that both lists have,
 * the longest sequence that keeps its order counts as unmoved, so that a plan shows as few moves as possible.
 */
final class PolicyOrder {
    private PolicyOrder() {
    }

    /** Returns the place of each policy: {@code before NAME}, or {@code last}. */
    static Map<ScopedName, String> places(FabricConfig config) {
        Map<ScopedName, String> places = new HashMap<>();
        scopes(config).values().forEach(policies -> places.putAll(places(names(policies))));
        return places;
    }

    private static Map<ScopedName, String> places(List<ScopedName> names) {
        Map<ScopedName, String> places = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), i + 1 < names.size() ? "before " + names.get(i + 1).name() : "last");
        }
        return places;
    }

    static List<Change> reordered(FabricConfig from, FabricConfig to) {
        Map<Optional<String>, List<PolicyConfig>> before = scopes(from);
        List<Change> changes = new ArrayList<>();
        scopes(to).forEach((tenant, policies) -> {
            List<KeyChange> moves = moves(names(before.getOrDefault(tenant, List.of())), names(policies));
            if (!moves.isEmpty()) {
                changes.add(new Change.PoliciesReordered(tenant, moves));
            }
        });
        return changes;
    }

    private static Map<Optional<String>, List<PolicyConfig>> scopes(FabricConfig config) {
        Map<Optional<String>, List<PolicyConfig>> scopes = new LinkedHashMap<>();
        scopes.put(Optional.empty(), config.policies());
        for (TenantConfig tenant : config.tenants().values()) {
            scopes.put(Optional.of(tenant.name()), tenant.policies());
        }
        return scopes;
    }

    private static List<ScopedName> names(List<PolicyConfig> policies) {
        return policies.stream().map(PolicyConfig::name).toList();
    }

    private static List<KeyChange> moves(List<ScopedName> from, List<ScopedName> to) {
        Map<ScopedName, Integer> ranks = new HashMap<>();
        from.forEach(name -> ranks.put(name, ranks.size()));
        List<ScopedName> staying = to.stream().filter(ranks::containsKey).toList();
        Set<ScopedName> unmoved = longestInOrder(staying, ranks);
        Map<ScopedName, String> oldPlaces = places(from);
        Map<ScopedName, String> newPlaces = places(to);
        return staying.stream().filter(name -> !unmoved.contains(name))
                .map(name -> new KeyChange(name.name(), Optional.ofNullable(oldPlaces.get(name)),
                        Optional.ofNullable(newPlaces.get(name))))
                .toList();
    }

    /**
     * Returns the longest subsequence with ascending ranks, in O(n log n): for each length, the subsequence with the
     * lowest last rank is kept.
     */
    private static Set<ScopedName> longestInOrder(List<ScopedName> names, Map<ScopedName, Integer> ranks) {
        int[] rank = names.stream().mapToInt(name -> ranks.getOrDefault(name, 0)).toArray();
        int[] ends = new int[rank.length];
        int[] endAt = new int[rank.length];
        int[] previous = new int[rank.length];
        int length = 0;
        for (int i = 0; i < rank.length; i++) {
            int found = Arrays.binarySearch(ends, 0, length, rank[i]);
            int at = found < 0 ? -found - 1 : found;
            ends[at] = rank[i];
            endAt[at] = i;
            previous[i] = at == 0 ? -1 : endAt[at - 1];
            length = Math.max(length, at + 1);
        }
        Set<ScopedName> longest = new HashSet<>();
        for (int i = length == 0 ? -1 : endAt[length - 1]; i >= 0; i = previous[i]) {
            longest.add(names.get(i));
        }
        return longest;
    }
}
