package net.weft.controller.model;

import java.util.List;
import java.util.SequencedMap;

/**
 * A tenant: its networks, and the zones and policies that apply between its own ports only.
 *
 * @param networks networks by the name within the tenant, in the order of the file
 * @param zones zones by the name within the tenant, in the order of the file
 * @param policies policies in the order of evaluation, after those of the fabric
 */
public record TenantConfig(String name, SequencedMap<String, NetworkConfig> networks,
        SequencedMap<String, ZoneConfig> zones, List<PolicyConfig> policies) {
    public TenantConfig {
        networks = Ordered.copyOf(networks);
        zones = Ordered.copyOf(zones);
        policies = List.copyOf(policies);
    }
}
