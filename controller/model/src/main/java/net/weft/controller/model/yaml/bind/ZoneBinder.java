package net.weft.controller.model.yaml.bind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.zone.Zone;

/** Binds {@code zones} of the fabric or of a tenant. */
final class ZoneBinder {
    /** Most zones of a file: the number of zone IDs, less the two of the zones that always exist. */
    private static final int MAX_ZONES = Zone.MAX_ID - 1;

    private final Faults faults;
    private int zones;

    ZoneBinder(Faults faults) {
        this.faults = faults;
    }

    /**
     * Binds the zones of one scope.
     *
     * @param parent the mapping with the key {@code zones}
     * @param tenant the tenant that owns them; empty: the fabric
     */
    SequencedMap<String, ZoneConfig> bind(MappingReader parent, Optional<String> tenant) {
        SequencedMap<String, ZoneConfig> bound = new LinkedHashMap<>();
        NamedEntries.each(parent.mapping("zones"), parent.path("zones"), faults, (entry, value, path) -> {
            MappingReader fields = MappingReader.of(value, Section.ZONE, path, faults);
            if (ZoneConfig.RESERVED.contains(entry.key())) {
                faults.add(Fault.Kind.VALUE, path, entry.position(),
                        entry.key() + " has a meaning of its own; give the zone another name");
            } else if (++zones == MAX_ZONES + 1) {
                faults.add(Fault.Kind.VALUE, path, entry.position(),
                        "one zone too many; " + MAX_ZONES + " are allowed");
            }
            boolean allowed = fields.text("intra", List.of("allow", "deny")::contains, "allow or deny")
                    .map("allow"::equals).orElse(true);
            bound.put(entry.key(), new ZoneConfig(new ScopedName(tenant, entry.key()), allowed));
        });
        return bound;
    }
}
