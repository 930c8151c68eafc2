package net.weft.controller.model.yaml.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Suggestion;

/** The names of all zones in a file, faulty zones included, so that a reference to one is not reported as dangling. */
public final class DeclaredZones {
    private final Set<String> own;
    private final Map<String, Set<String>> ofTenants = new HashMap<>();

    private DeclaredZones(Node.Mapping root) {
        own = names(root);
        if (root.get("tenants").orElse(null) instanceof Node.Mapping tenants) {
            for (Node.Entry tenant : tenants.entries()) {
                if (tenant.value() instanceof Node.Mapping mapping) {
                    ofTenants.put(tenant.key(), names(mapping));
                }
            }
        }
    }

    /** Collects the zones of the whole file before it is bound; reports no faults. */
    public static DeclaredZones of(Node.Mapping root) {
        return new DeclaredZones(root);
    }

    private static Set<String> names(Node.Mapping parent) {
        Set<String> names = new LinkedHashSet<>();
        if (parent.get("zones").orElse(null) instanceof Node.Mapping zones) {
            zones.entries().forEach(entry -> names.add(entry.key()));
        }
        return names;
    }

    /** Returns whether the fabric has the zone, so that every tenant may refer to it. */
    public boolean isFabrics(String zone) {
        return own.contains(zone);
    }

    /** Returns whether the fabric or any tenant has the zone. */
    public boolean isAnybodys(String zone) {
        return own.contains(zone) || ofTenants.values().stream().anyMatch(zones -> zones.contains(zone));
    }

    /** Returns whether the name resolves to a zone in the scope of a tenant; empty: of the fabric. */
    public boolean has(Optional<String> tenant, String zone) {
        return own.contains(zone)
                || tenant.map(of -> ofTenants.getOrDefault(of, Set.of()).contains(zone)).orElse(false);
    }

    /**
     * Returns the message for a name that resolves to no zone: it names the owner of that zone, or suggests the nearest
     * name.
     */
    public String unknown(Optional<String> tenant, String zone) {
        String shown = Faults.shown(zone);
        if (zone.equals(ZoneConfig.LOCAL)) {
            return shown + " is the zone of the switch itself, no port's";
        }
        Optional<String> owner = ofTenants.entrySet().stream().filter(of -> of.getValue().contains(zone))
                .map(Map.Entry::getKey).sorted().findFirst();
        if (owner.isPresent()) {
            return "zone " + shown + " is tenant " + Faults.shown(owner.get())
                    + "'s, and exists between its ports only; a zone of the fabric stands in zones";
        }
        Set<String> known = new LinkedHashSet<>(own);
        tenant.map(of -> ofTenants.getOrDefault(of, Set.of())).ifPresent(known::addAll);
        return "there is no zone " + shown + hint(zone, known);
    }

    private static String hint(String zone, Collection<String> known) {
        return Suggestion.nearest(zone, known).map(near -> "; did you mean " + Faults.shown(near) + "?").orElse("");
    }
}
