package net.weft.zone;

import java.util.List;
import java.util.Map;

/**
 * Zones, policies and bounds as they are wished. Without a zone ({@link #isActive}) the switch judges nothing.
 *
 * @param zones without {@link Zone#NONE} and {@link Zone#LOCAL}, which are always there
 * @param policies in the order they are judged: those of the fabric, then those of each tenant
 * @param tenantByVlan which tenant's policies count in a VLAN; VLANs of no tenant are missing
 * @param timeouts of silent connections
 * @param limits of the table of connections
 */
public record Zoning(List<Zone> zones, List<Policy> policies, Map<Integer, String> tenantByVlan, Timeouts timeouts,
        ConnectionLimits limits) {
    /** A plain VLAN switch. */
    public static final Zoning OFF = new Zoning(List.of(), List.of(), Map.of(), Timeouts.DEFAULT,
            ConnectionLimits.DEFAULT);

    public Zoning {
        zones = List.copyOf(zones);
        policies = List.copyOf(policies);
        tenantByVlan = Map.copyOf(tenantByVlan);
    }

    public boolean isActive() {
        return !zones.isEmpty();
    }
}
