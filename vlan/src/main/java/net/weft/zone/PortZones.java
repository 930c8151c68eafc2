package net.weft.zone;

import java.util.Map;

/**
 * The zones of one port.
 *
 * @param zone of every VLAN that {@code byVlan} does not name
 * @param byVlan zone numbers by VLAN ID, {@code 1..4094}
 */
public record PortZones(int zone, Map<Integer, Integer> byVlan) {
    /** In no zone. */
    public static final PortZones NONE = of(Zone.NONE);

    public PortZones {
        byVlan = Map.copyOf(byVlan);
    }

    /** One zone for all VLANs. */
    public static PortZones of(int zone) {
        return new PortZones(zone, Map.of());
    }

    public int zone(int vlan) {
        return byVlan.getOrDefault(vlan, zone);
    }
}
