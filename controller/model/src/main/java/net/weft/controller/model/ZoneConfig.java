package net.weft.controller.model;

import java.util.Set;

/**
 * A security zone.
 *
 * @param name of the fabric or of a tenant, for whose ports it shadows the fabric's zone of that name
 * @param intraAllowed whether two ports of the zone may talk where no policy matches
 */
public record ZoneConfig(ScopedName name, boolean intraAllowed) {
    /** The zone of whatever has none. */
    public static final String NONE = "none";
    /** The switch itself. */
    public static final String LOCAL = "local";
    /** In a policy: every zone, those two among them. */
    public static final String ANY = "any";
    /** Names that no zone may have, because they mean something else. */
    public static final Set<String> RESERVED = Set.of(NONE, LOCAL, ANY);
}
