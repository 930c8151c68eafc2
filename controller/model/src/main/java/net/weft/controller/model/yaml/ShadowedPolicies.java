package net.weft.controller.model.yaml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.Zonings;
import net.weft.zone.Policy;
import net.weft.zone.Zone;
import net.weft.zone.policy.Shadow;
import net.weft.zone.policy.Shadowing;

/** Finds policies that never match, because an earlier one does. */
final class ShadowedPolicies {
    /** Where a policy stands. */
    private record Place(PolicyConfig policy, String path, Position position) {
    }

    private ShadowedPolicies() {
    }

    /**
     * @param config without faults
     * @param root what it was bound from, for the lines
     */
    static void find(FabricConfig config, Node.Mapping root, Faults warnings) {
        Map<ScopedName, Integer> zones = new HashMap<>();
        config.allZones().forEach(zone -> zones.put(zone.name(), Zone.LOCAL + 1 + zones.size()));
        Map<ScopedName, Place> places = places(config, root);
        Map<ScopedName, Integer> ids = new HashMap<>();
        config.allPolicies().forEach(policy -> ids.put(policy.name(), ids.size()));
        List<Policy> policies = new Zonings(config, name -> zones.getOrDefault(name, Zone.NONE),
                name -> ids.getOrDefault(name, 0)).zoning().policies();
        for (Shadow shadow : Shadowing.find(policies)) {
            Place place = Objects.requireNonNull(places.get(name(shadow.policy())));
            Place by = Objects.requireNonNull(places.get(name(shadow.by())));
            warnings.add(Fault.Kind.WARNING, place.path(), place.position(), "policy " + name(shadow.policy())
                    + " never matches: policy " + name(shadow.by()) + by.position().suffix()
                    + " matches all of it before");
        }
    }

    private static ScopedName name(Policy policy) {
        return new ScopedName(Optional.ofNullable(policy.tenant()), policy.name());
    }

    private static Map<ScopedName, Place> places(FabricConfig config, Node.Mapping root) {
        Map<ScopedName, Place> places = new HashMap<>();
        add(config.policies(), "policies", Optional.of(root), places);
        config.tenants().values().forEach(tenant -> {
            Optional<Node> mapping = root.get("tenants")
                    .flatMap(
                            tenants -> tenants instanceof Node.Mapping all ? all.get(tenant.name()) : Optional.empty());
            add(tenant.policies(), "tenants." + tenant.name() + ".policies", mapping, places);
        });
        return places;
    }

    private static void add(List<PolicyConfig> policies, String path, Optional<Node> parent,
            Map<ScopedName, Place> places) {
        List<Node> items = parent
                .flatMap(node -> node instanceof Node.Mapping mapping ? mapping.get("policies") : Optional.empty())
                .map(node -> node instanceof Node.Sequence sequence ? sequence.items() : List.<Node>of())
                .orElse(List.of());
        for (int i = 0; i < policies.size(); i++) {
            Position position = i < items.size() ? items.get(i).position() : Position.NONE;
            places.put(policies.get(i).name(), new Place(policies.get(i), path + "[" + i + "]", position));
        }
    }
}
