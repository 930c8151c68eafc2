package net.weft.zone;

import java.util.Map;

/**
 * The zones of one port.
 *
 * @param zone zone number in all VLANs that {@code byVlan} does not contain
 * @param byVlan zone numbers by VLAN ID, {@code 1..4094}
 */
public record PortZones(int zone, Map<Integer, Integer> byVlan) {
    /** A port without zone. */
    public static final PortZones NONE = of(Zone.NONE);

    public PortZones {
        byVlan = Map.copyOf(byVlan);
    }

    /** Returns one zone for all VLANs. */
    public static PortZones of(int zone) {
        return new PortZones(zone, Map.of());
    }

    public int zone(int vlan) {
        return byVlan.getOrDefault(vlan, zone);
    }
}
