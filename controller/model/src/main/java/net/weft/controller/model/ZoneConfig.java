package net.weft.controller.model;

import java.util.Set;

/**
 * A security zone.
 *
 * @param name name in the scope of the fabric, or of a tenant, for whose ports it shadows the fabric's zone of that
 *     name
 * @param intraAllowed whether two ports of the zone may talk where no policy matches
 */
public record ZoneConfig(ScopedName name, boolean intraAllowed) {
    /** The zone of a port to which no zone is assigned. */
    public static final String NONE = "none";
    /** The zone of the switch itself. */
    public static final String LOCAL = "local";
    /** In a policy: every zone, {@link #NONE} and {@link #LOCAL} included. */
    public static final String ANY = "any";
    /** Names that no zone may have, because they have a meaning of their own. */
    public static final Set<String> RESERVED = Set.of(NONE, LOCAL, ANY);
}
