package net.weft.controller.model.yaml.bind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.Names;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.MatchText;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;

/** Binds {@code policies} of the fabric or of a tenant. */
final class PolicyBinder {
    private static final String ZONES = "any, or names of zones";
    private static final String A_PREFIX = "an address or a prefix (such as 10.10.0.0/24 or \"fd00:10::/64\", with no bits set "
            + "behind the prefix)";

    private final Faults faults;
    private final DeclaredZones zones;
    private int policies;

    PolicyBinder(Faults faults, DeclaredZones zones) {
        this.faults = faults;
        this.zones = zones;
    }

    /**
     * Binds the policies of one scope.
     *
     * @param parent the mapping with the key {@code policies}
     * @param tenant the tenant that owns them; empty: the fabric
     */
    List<PolicyConfig> bind(MappingReader parent, Optional<String> tenant) {
        List<PolicyConfig> bound = new ArrayList<>();
        Map<String, Position> names = new HashMap<>();
        parent.eachMapping("policies", "a policy", (mapping, path) -> {
            MappingReader fields = MappingReader.of(mapping, Section.POLICY, path, faults);
            fields.require("name", NamedEntries.A_NAME);
            Optional<String> name = fields.text("name", Names::isValid, NamedEntries.A_NAME);
            name.ifPresent(given -> {
                Position first = names.putIfAbsent(given, fields.position("name"));
                if (first != null) {
                    fields.fault(Fault.Kind.CONFLICT, "name",
                            "policy " + given + " stands twice" + first.before());
                }
            });
            if (++policies == Policy.MAX_ID + 2) {
                fields.fault(Fault.Kind.VALUE, "one policy too many; " + (Policy.MAX_ID + 1) + " are allowed");
            }
            bound.add(policy(new ScopedName(tenant, name.orElse("")), fields));
        });
        return bound;
    }

    /** Binds one policy, which is incomplete if a fault was reported. */
    private PolicyConfig policy(ScopedName name, MappingReader fields) {
        List<String> from = zones(name.tenant(), fields, "from");
        List<String> to = zones(name.tenant(), fields, "to");
        List<Match> matches = matches(fields);
        fields.require("action", "allow, drop or reject");
        Action action = fields.text("action", List.of("allow", "drop", "reject")::contains, "allow, drop or reject")
                .map(text -> Action.valueOf(text.toUpperCase(Locale.ROOT))).orElse(Action.DROP);
        return new PolicyConfig(name, from, to, matches, prefixes(fields, "source"), prefixes(fields, "destination"),
                action, fields.flag("log", false), fields.flag("keep-established", false),
                fields.flag("midstream", false), fields.flag("stateless", false),
                fields.flag("multicast-replies", false));
    }

    /** Returns the names of zones; empty for any. */
    private List<String> zones(Optional<String> tenant, MappingReader fields, String key) {
        fields.require(key, ZONES);
        Set<String> names = new LinkedHashSet<>();
        fields.eachScalar(key, "the name of a zone", (scalar, path) -> {
            String name = scalar.text();
            boolean special = ZoneConfig.RESERVED.contains(name);
            if (!special && !zones.has(tenant, name)) {
                faults.add(Fault.Kind.REFERENCE, path, scalar.position(),
                        faults.isFull() ? "there is no such zone" : zones.unknown(tenant, name));
            } else if (!names.add(name)) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), name + " stands twice");
            }
        });
        refuseEmpty(fields, key, ZONES);
        refuseBesideAny(fields, key, names);
        return names.contains(ZoneConfig.ANY) ? List.of() : List.copyOf(names);
    }

    private List<Match> matches(MappingReader fields) {
        Set<Match> matches = new LinkedHashSet<>();
        Set<String> texts = new LinkedHashSet<>();
        fields.eachScalar("match", "a match", (scalar, path) -> {
            texts.add(scalar.text());
            try {
                if (!matches.add(MatchText.parse(scalar.text()))) {
                    faults.add(Fault.Kind.CONFLICT, path, scalar.position(),
                            Faults.shown(scalar.text()) + " stands twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(Fault.Kind.VALUE, path, scalar.position(), String.valueOf(e.getMessage()));
            }
        });
        refuseEmpty(fields, "match", MatchText.FORMS);
        refuseBesideAny(fields, "match", texts);
        return matches.isEmpty() ? List.of(Match.ANY) : List.copyOf(matches);
    }

    private List<Prefix> prefixes(MappingReader fields, String key) {
        Set<Prefix> prefixes = new LinkedHashSet<>();
        fields.eachScalar(key, "an address or a prefix", (scalar, path) -> {
            Optional<Prefix> prefix = Prefixes.parse(scalar.text());
            if (prefix.isEmpty()) {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + " is not " + A_PREFIX);
            } else if (!prefixes.add(prefix.get())) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), prefix.get() + " stands twice");
            }
        });
        refuseEmpty(fields, key, "addresses and prefixes, or no such key for any");
        return List.copyOf(prefixes);
    }

    private static void refuseEmpty(MappingReader fields, String key, String expected) {
        if (fields.isEmptyList(key)) {
            fields.fault(Fault.Kind.VALUE, key, "is empty; expected " + expected);
        }
    }

    /** Refuses {@code any} beside other values, as the author may have meant either. */
    private static void refuseBesideAny(MappingReader fields, String key, Set<String> texts) {
        if (texts.size() > 1 && texts.contains(ZoneConfig.ANY)) {
            fields.fault(Fault.Kind.CONFLICT, key, "any stands beside others; write any alone, or leave it out");
        }
    }
}
