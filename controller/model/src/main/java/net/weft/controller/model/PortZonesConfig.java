package net.weft.controller.model;

import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The zones of a port as written. {@link FabricConfig#zoneOf} resolves them.
 *
 * @param zone zone of the VLANs that {@code byVlan} does not name; empty: that of the network which owns the VLAN
 * @param byVlan names of zones by VLAN ID; each VLAN is one of the port's
 */
public record PortZonesConfig(Optional<String> zone, SequencedMap<Integer, String> byVlan) {
    /** The zones of a port that configures none. */
    public static final PortZonesConfig INHERITED = new PortZonesConfig(Optional.empty(), Ordered.copyOf(Map.of()));

    public PortZonesConfig {
        byVlan = Ordered.copyOf(byVlan);
    }
}
