package net.weft.controller.model.yaml.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.Zonings;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.zone.Policy;
import net.weft.zone.Zone;
import net.weft.zone.policy.OverlapException;
import net.weft.zone.policy.Shadow;
import net.weft.zone.policy.Shadowing;
import org.jspecify.annotations.Nullable;

/** Finds policies that never match because an earlier one does, by compiling the policies as the switch will. */
final class ShadowedPolicies {
    /** The position of a policy in the text. */
    private record Place(PolicyConfig policy, String path, Position position) {
    }

    private ShadowedPolicies() {
    }

    /**
     * Reports the shadowed policies as warnings.
     *
     * @param config a configuration without faults
     * @param root the tree from which it was bound, for the lines
     * @param faults receives a fault when the policies cannot be compiled
     */
    static void find(FabricConfig config, Node.Mapping root, Faults faults, Faults warnings) {
        Map<ScopedName, Integer> zones = new HashMap<>();
        config.allZones().forEach(zone -> zones.put(zone.name(), Zone.LOCAL + 1 + zones.size()));
        Map<ScopedName, Place> places = places(config, root);
        Map<ScopedName, Integer> ids = new HashMap<>();
        config.allPolicies().forEach(policy -> ids.put(policy.name(), ids.size()));
        List<Policy> policies = new Zonings(config, name -> zones.getOrDefault(name, Zone.NONE),
                name -> ids.getOrDefault(name, 0)).zoning().policies();
        List<Shadow> shadows;
        try {
            shadows = Shadowing.find(policies);
        } catch (OverlapException e) {
            List<String> path = path(e.tenant());
            faults.add(Fault.Kind.VALUE, String.join(".", path),
                    root.entry(path).map(Node.Entry::position).orElse(Position.NONE), e.getMessage());
            return;
        }
        for (Shadow shadow : shadows) {
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
        add(config.policies(), root, path(null), places);
        config.tenants().values().forEach(tenant -> add(tenant.policies(), root, path(tenant.name()), places));
        return places;
    }

    /** Returns the keys that lead to the policies of a tenant, or of the fabric. */
    private static List<String> path(@Nullable String tenant) {
        return tenant == null ? List.of("policies") : List.of("tenants", tenant, "policies");
    }

    private static void add(List<PolicyConfig> policies, Node.Mapping root, List<String> path,
            Map<ScopedName, Place> places) {
        List<Node> items = root.entry(path).map(Node.Entry::value)
                .map(node -> node instanceof Node.Sequence sequence ? sequence.items() : null).orElse(List.of());
        for (int i = 0; i < policies.size(); i++) {
            Position position = i < items.size() ? items.get(i).position() : Position.NONE;
            places.put(policies.get(i).name(),
                    new Place(policies.get(i), String.join(".", path) + "[" + i + "]", position));
        }
    }
}
