package net.weft.controller.model.revision;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Subjects;

/**
 * One committed configuration, with the data that is committed with it.
 *
 * @param header the number, author and changes
 * @param config the configuration, with a system MAC
 * @param origins origins by {@linkplain Subjects subject}; an object without one is unchanged since the initial
 *     configuration
 * @param portNumbers numbers of every port of {@code config}, and of removed ports
 * @param zoneNumbers numbers of every zone and policy of {@code config}, and of removed ones
 * @param fileText the file given last, by this commit or an earlier one; empty: no file was given yet
 * @param conflicts objects that the file given last would have otherwise, until an apply settles them
 * @param revokedKeys public keys of VPN peers that were revoked; nothing but a command lifts that
 */
public record Revision(RevisionHeader header, FabricConfig config, Map<String, Origin> origins,
        PortNumbers portNumbers, ZoneNumbers zoneNumbers, Optional<String> fileText, List<Conflict> conflicts,
        Set<String> revokedKeys) {
    public Revision {
        origins = Map.copyOf(origins);
        conflicts = List.copyOf(conflicts);
        revokedKeys = Set.copyOf(revokedKeys);
    }

    public long number() {
        return header.number();
    }

    public Instant time() {
        return header.author().time();
    }

    public String who() {
        return header.author().who();
    }

    /** Returns the revision with these terms of a confirmation. */
    public Revision on(Optional<Trial> trial) {
        return with(new RevisionHeader(header.number(), header.author(), header.changes(), trial));
    }

    /** Returns the revision after its confirmation. */
    public Revision confirmed() {
        return with(header.confirmed());
    }

    private Revision with(RevisionHeader changed) {
        return new Revision(changed, config, origins, portNumbers, zoneNumbers, fileText, conflicts, revokedKeys);
    }

    /** Returns the interface name of a port, {@code 1/0/3}; empty if the configuration has no port of that name. */
    public Optional<String> interfaceName(String port) {
        return config.port(port).map(portNumbers::interfaceName);
    }
}
