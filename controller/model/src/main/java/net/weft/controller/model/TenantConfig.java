package net.weft.controller.model;

import java.util.SequencedMap;

/**
 * A tenant and its networks.
 *
 * @param networks by the name within the tenant, in the order of the file
 */
public record TenantConfig(String name, SequencedMap<String, NetworkConfig> networks) {
    public TenantConfig {
        networks = Ordered.copyOf(networks);
    }
}
