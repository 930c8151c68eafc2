package net.weft.zone;

import java.util.List;
import java.util.Map;

/**
 * The configuration of zones, policies and limits. Without zones ({@link #isActive}) the switch evaluates no frame.
 *
 * @param zones the zones except {@link Zone#NONE} and {@link Zone#LOCAL}, which always exist
 * @param policies in order of evaluation: those of the fabric, then those of each tenant
 * @param tenantByVlan the tenant whose policies apply in a VLAN; VLANs without tenant are absent
 * @param timeouts idle times of connections
 * @param limits limits of the connection table
 */
public record Zoning(List<Zone> zones, List<Policy> policies, Map<Integer, String> tenantByVlan, Timeouts timeouts,
        ConnectionLimits limits) {
    /** No zones: a plain VLAN switch. */
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
