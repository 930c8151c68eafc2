package net.weft.controller.model.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.write.FabricKeys;

/** Compares two configurations object by object. */
final class Planner {
    private Planner() {
    }

    static List<Change> changes(FabricConfig from, FabricConfig to) {
        List<Change> changes = new ArrayList<>();
        List<KeyChange> fabric = KeyChange.between(FabricKeys.of(from), FabricKeys.of(to));
        if (!fabric.isEmpty()) {
            changes.add(new Change.FabricChanged(fabric));
        }
        compare(from.members(), to.members(), changes, Change.MemberRemoved::new, Change.MemberAdded::new,
                (a, b) -> new Change.MemberChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        tenants(from, to, changes);
        compare(networks(from), networks(to), changes, Change.NetworkRemoved::new, Change.NetworkAdded::new,
                (a, b) -> new Change.NetworkChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        compare(zones(from), zones(to), changes, Change.ZoneRemoved::new, Change.ZoneAdded::new,
                (a, b) -> new Change.ZoneChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        Map<ScopedName, String> places = PolicyOrder.places(to);
        compare(policies(from), policies(to), changes, Change.PolicyRemoved::new,
                policy -> new Change.PolicyAdded(policy, places.getOrDefault(policy.name(), "")),
                (a, b) -> new Change.PolicyChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        changes.addAll(PolicyOrder.reordered(from, to));
        compare(from.ports(), to.ports(), changes, Change.PortRemoved::new, Change.PortAdded::new,
                (a, b) -> new Change.PortChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        compare(gateways(from), gateways(to), changes, Change.VpnGatewayRemoved::new, Change.VpnGatewayAdded::new,
                (a, b) -> new Change.VpnGatewayChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        compare(peers(from), peers(to), changes, Change.VpnPeerRemoved::new, Change.VpnPeerAdded::new,
                (a, b) -> new Change.VpnPeerChanged(a, b, KeyChange.between(FabricKeys.of(a), FabricKeys.of(b))));
        return changes;
    }

    /**
     * Adds the tenants that are created or removed. Differences within a tenant are reported as changes of its
     * networks.
     */
    private static void tenants(FabricConfig from, FabricConfig to, List<Change> changes) {
        from.tenants().keySet().stream().filter(tenant -> !to.tenants().containsKey(tenant))
                .map(Change.TenantRemoved::new).forEach(changes::add);
        to.tenants().keySet().stream().filter(tenant -> !from.tenants().containsKey(tenant))
                .map(Change.TenantAdded::new).forEach(changes::add);
    }

    private static Map<NetworkName, NetworkConfig> networks(FabricConfig config) {
        Map<NetworkName, NetworkConfig> networks = new LinkedHashMap<>();
        config.networks().forEach(network -> networks.put(network.name(), network));
        return networks;
    }

    private static Map<ScopedName, ZoneConfig> zones(FabricConfig config) {
        Map<ScopedName, ZoneConfig> zones = new LinkedHashMap<>();
        config.allZones().forEach(zone -> zones.put(zone.name(), zone));
        return zones;
    }

    private static Map<ScopedName, PolicyConfig> policies(FabricConfig config) {
        Map<ScopedName, PolicyConfig> policies = new LinkedHashMap<>();
        config.allPolicies().forEach(policy -> policies.put(policy.name(), policy));
        return policies;
    }

    /** Returns the gateways without their peers, which are objects of their own. */
    private static Map<String, VpnGatewayConfig> gateways(FabricConfig config) {
        Map<String, VpnGatewayConfig> gateways = new LinkedHashMap<>();
        config.vpn().values().forEach(gateway -> gateways.put(gateway.name(), gateway.without()));
        return gateways;
    }

    private static Map<String, VpnPeerConfig> peers(FabricConfig config) {
        Map<String, VpnPeerConfig> peers = new LinkedHashMap<>();
        config.vpn().values()
                .forEach(gateway -> gateway.peers().values().forEach(peer -> peers.put(peer.portName(), peer)));
        return peers;
    }

    private static <K, V> void compare(Map<K, V> from, Map<K, V> to, List<Change> changes,
            Function<V, Change> removed, Function<V, Change> added, Comparison<V> changed) {
        from.forEach((key, before) -> {
            if (!to.containsKey(key)) {
                changes.add(removed.apply(before));
            }
        });
        to.forEach((key, after) -> {
            V before = from.get(key);
            if (before == null) {
                changes.add(added.apply(after));
            } else if (!before.equals(after)) {
                changes.add(changed.apply(before, after));
            }
        });
    }

    private interface Comparison<V> {
        Change apply(V from, V to);
    }
}
