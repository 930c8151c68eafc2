package net.weft.controller.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;

/** Converts zones and policies to their numbered form, which the switch takes. */
public final class Zonings {
    private final FabricConfig config;
    private final ToIntFunction<ScopedName> zoneNumbers;
    private final ToIntFunction<ScopedName> policyNumbers;
    private final Map<Integer, NetworkConfig> networks;

    /**
     * @param zoneNumbers maps the name of each zone of the configuration to its number
     * @param policyNumbers maps the name of each policy of the configuration to its number
     */
    public Zonings(FabricConfig config, ToIntFunction<ScopedName> zoneNumbers,
            ToIntFunction<ScopedName> policyNumbers) {
        this.config = config;
        this.zoneNumbers = zoneNumbers;
        this.policyNumbers = policyNumbers;
        networks = config.networks().collect(Collectors.toMap(NetworkConfig::vlan, Function.identity()));
    }

    public Zoning zoning() {
        List<Zone> zones = config.allZones().map(zone -> new Zone(zoneNumbers.applyAsInt(zone.name()),
                zone.name().tenant().orElse(null), zone.name().name(), zone.intraAllowed())).toList();
        Map<Integer, String> tenants = new HashMap<>();
        networks.forEach((vid, network) -> tenants.put(vid, network.name().tenant()));
        return new Zoning(zones, config.allPolicies().map(this::policy).toList(), tenants,
                config.connections().timeouts(), config.connections().limits());
    }

    private Policy policy(PolicyConfig policy) {
        Optional<String> tenant = policy.name().tenant();
        return new Policy(policyNumbers.applyAsInt(policy.name()), tenant.orElse(null), policy.name().name(),
                numbers(tenant, policy.from()), numbers(tenant, policy.to()), policy.matches(), policy.sources(),
                policy.destinations(), policy.action(), policy.log(), policy.keepEstablished(), policy.midstream(),
                policy.stateless(), policy.multicastReplies());
    }

    private Set<Integer> numbers(Optional<String> tenant, List<String> names) {
        return names.stream()
                .map(name -> name.equals(ZoneConfig.LOCAL) ? Zone.LOCAL : number(config.zone(tenant, name)))
                .collect(Collectors.toSet());
    }

    private int number(Optional<ZoneConfig> zone) {
        return zone.map(ZoneConfig::name).map(zoneNumbers::applyAsInt).orElse(Zone.NONE);
    }

    /** Returns the numbered zones of a port of this configuration. */
    public PortZones zones(PortConfig port) {
        List<Integer> vids = config.vlans(port).vids().boxed().toList();
        if (vids.size() == 1) {
            return PortZones.of(zone(port, vids.getFirst()));
        }
        Map<Integer, Integer> byVlan = new HashMap<>();
        for (int vid : vids) {
            int zone = zone(port, vid);
            if (zone != Zone.NONE) {
                byVlan.put(vid, zone);
            }
        }
        return new PortZones(Zone.NONE, byVlan);
    }

    private int zone(PortConfig port, int vid) {
        return number(config.zoneOf(port, vid, Optional.ofNullable(networks.get(vid))));
    }
}
