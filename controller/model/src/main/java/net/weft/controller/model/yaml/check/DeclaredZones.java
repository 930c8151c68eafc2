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

/** The zones that stand in a file, faulty ones among them: what names one dangles not. */
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

    /** Reads the whole file ahead; reports nothing. */
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

    /** Whether the fabric has it, so that everybody may name it. */
    public boolean isFabrics(String zone) {
        return own.contains(zone);
    }

    /** Whether the fabric or any tenant has it. */
    public boolean isAnybodys(String zone) {
        return own.contains(zone) || ofTenants.values().stream().anyMatch(zones -> zones.contains(zone));
    }

    /** Whether the name means a zone where the tenant says it; empty: where the fabric does. */
    public boolean has(Optional<String> tenant, String zone) {
        return own.contains(zone)
                || tenant.map(of -> ofTenants.getOrDefault(of, Set.of()).contains(zone)).orElse(false);
    }

    /** What is wrong with a name that means no zone there: whose zone it is, or which was meant. */
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
