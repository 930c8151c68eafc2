package net.weft.controller.model.yaml.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.Zonings;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.packet.EtherType;
import net.weft.vlan.VlanSet;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.policy.PolicyTable;

/**
 * Finds ports that share an address and cannot hear each other's VRRP advertisements, because no policy lets them pass
 * between their zones: then both become master.
 */
final class SharedPeers {
    /** IP protocol number of VRRP (RFC 9568, 5.1.1.4). */
    private static final int VRRP = 112;
    /** 224.0.0.18 (RFC 9568, 5.1.1.2). */
    private static final long GROUP_V4 = Prefix.ipv4(0xe000_0012);
    /** The halves of ff02::12 (RFC 9568, 5.1.2.2). */
    private static final long GROUP_V6_HIGH = 0xff02L << 48;
    private static final long GROUP_V6_LOW = 0x12;
    /** The maximum number of ports of one address that are compared. */
    private static final int MAX_PORTS = 32;

    private final FabricConfig config;
    private final PolicyTable policies;
    private final Zonings zonings;
    private final Faults warnings;

    private SharedPeers(FabricConfig config, Faults warnings) {
        this.config = config;
        this.warnings = warnings;
        Map<ScopedName, Integer> zones = new HashMap<>();
        config.allZones().forEach(zone -> zones.put(zone.name(), Zone.LOCAL + 1 + zones.size()));
        Map<ScopedName, Integer> ids = new HashMap<>();
        config.allPolicies().forEach(policy -> ids.put(policy.name(), ids.size()));
        zonings = new Zonings(config, name -> zones.getOrDefault(name, Zone.NONE),
                name -> ids.getOrDefault(name, 0));
        Zoning zoning = zonings.zoning();
        policies = PolicyTable.of(zoning);
    }

    /**
     * Adds a warning for each shared address whose ports cannot hear each other.
     *
     * @param config a configuration without faults, whose policies can be compiled
     */
    static void find(FabricConfig config, Addresses addresses, Faults warnings) {
        Map<Prefix, List<Addresses.Place>> shared = new LinkedHashMap<>();
        addresses.ips().filter(given -> given.place().shared())
                .forEach(given -> shared.computeIfAbsent(given.prefix(), _ -> new ArrayList<>()).add(given.place()));
        shared.values().removeIf(places -> places.size() < 2);
        if (shared.isEmpty() || config.allZones().findAny().isEmpty()) {
            return;
        }
        SharedPeers peers = new SharedPeers(config, warnings);
        shared.forEach(peers::check);
    }

    private void check(Prefix address, List<Addresses.Place> places) {
        List<Addresses.Place> some = places.stream().limit(MAX_PORTS).toList();
        for (Addresses.Place speaker : some) {
            for (Addresses.Place hearer : some) {
                Optional<PortConfig> from = config.port(speaker.port());
                Optional<PortConfig> to = config.port(hearer.port());
                if (speaker != hearer && from.isPresent() && to.isPresent()
                        && isDeaf(address, from.get(), to.get())) {
                    warnings.add(Fault.Kind.WARNING, hearer.path(), hearer.position(), "port " + hearer.port()
                            + " shares " + address + " with port " + speaker.port()
                            + " and cannot hear its VRRP: no policy lets proto/112 pass between their zones, so both would be master");
                    return;
                }
            }
        }
    }

    private boolean isDeaf(Prefix address, PortConfig from, PortConfig to) {
        VlanSet common = config.vlans(from).intersection(config.vlans(to));
        PortZones zonesFrom = zonings.zones(from);
        PortZones zonesTo = zonings.zones(to);
        return common.vids().limit(1).anyMatch(vid -> !hears(address, vid, zone(zonesFrom, vid), zone(zonesTo, vid)));
    }

    private boolean hears(Prefix address, int vid, int from, int to) {
        boolean ipv4 = address.isIpv4();
        return PolicyDecision
                .isAllowed(policies.decision(vid, from, to, ipv4 ? EtherType.IPV4 : EtherType.IPV6, VRRP, 0,
                        address.high(), address.low(), ipv4 ? 0 : GROUP_V6_HIGH, ipv4 ? GROUP_V4 : GROUP_V6_LOW));
    }

    private static int zone(PortZones zones, int vid) {
        return zones.byVlan().getOrDefault(vid, zones.zone());
    }
}
