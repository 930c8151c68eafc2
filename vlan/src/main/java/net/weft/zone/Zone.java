package net.weft.zone;

import org.jspecify.annotations.Nullable;

/**
 * A security zone.
 *
 * @param id assigned once and kept, {@value #NONE}, {@value #LOCAL} or {@code 2..}{@value #MAX_ID}, unique
 * @param tenant the tenant that owns the zone, null for a zone of the whole fabric
 * @param name the user's name for it, unique within its tenant
 * @param intraAllowed whether two ports of the zone may communicate if no policy matches
 */
public record Zone(int id, @Nullable String tenant, String name, boolean intraAllowed) {
    /** The zone of ports without a configured one; traffic within it is allowed. */
    public static final int NONE = 0;
    /** The zone of the switch itself: gateway, DHCP, DNS. */
    public static final int LOCAL = 1;
    public static final int MAX_ID = 4095;

    public Zone {
        if (id < 0 || id > MAX_ID) {
            throw new IllegalArgumentException("zone " + name + ": " + id + " is not a zone number (0-" + MAX_ID + ")");
        }
    }
}
