package net.weft.controller.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Stream;
import net.weft.vlan.VlanSet;

/** The ports that VPN gateways and their peers are, in the form of configured ports. */
final class VpnPorts {
    private VpnPorts() {
    }

    /** Returns the port of each gateway, followed by those of its peers. */
    static Stream<PortConfig> all(FabricConfig config) {
        return config.vpn().values().stream().flatMap(gateway -> Stream.concat(Stream.of(gateway(config, gateway)),
                gateway.peers().values().stream().map(peer -> peer(gateway, peer))));
    }

    /** Returns the names of these ports. */
    static Stream<String> names(SequencedMap<String, VpnGatewayConfig> vpn) {
        return vpn.values().stream().flatMap(gateway -> Stream.concat(Stream.of(gateway.name()),
                gateway.peers().values().stream().map(VpnPeerConfig::portName)));
    }

    /** Returns the port of a name, {@code GATEWAY} or {@code GATEWAY/PEER}. */
    static Optional<PortConfig> port(FabricConfig config, String name) {
        int slash = name.indexOf('/');
        Optional<VpnGatewayConfig> gateway = Optional
                .ofNullable(config.vpn().get(slash < 0 ? name : name.substring(0, slash)));
        return slash < 0
                ? gateway.map(found -> gateway(config, found))
                : gateway.flatMap(found -> Optional.ofNullable(found.peers().get(name.substring(slash + 1)))
                        .map(peer -> peer(found, peer)));
    }

    private static PortConfig gateway(FabricConfig config, VpnGatewayConfig gateway) {
        int[] vids = gateway.peers().values().stream().map(VpnPeerConfig::network).distinct().map(config::network)
                .flatMap(Optional::stream).mapToInt(NetworkConfig::vlan).toArray();
        MembershipConfig membership = vids.length == 0
                ? new MembershipConfig.None()
                : new MembershipConfig.Trunk(VlanSet.of(vids), OptionalInt.empty(),
                        MembershipConfig.Trunk.TUNNEL_TPIDS.getFirst());
        return port(gateway, gateway.name(), membership, true, ProtectionConfig.NONE, PortZonesConfig.INHERITED,
                GuardConfig.NONE,
                Optional.empty());
    }

    private static PortConfig peer(VpnGatewayConfig gateway, VpnPeerConfig peer) {
        return port(gateway, peer.portName(), new MembershipConfig.Network(peer.network()), peer.enabled(),
                peer.protection(),
                new PortZonesConfig(peer.zone(), Ordered.copyOf(Map.of())),
                new GuardConfig(List.of(), peer.ips(), List.of(), List.of(), peer.allowedIps().isEmpty()),
                peer.description());
    }

    private static PortConfig port(VpnGatewayConfig gateway, String name, MembershipConfig membership, boolean enabled,
            ProtectionConfig protection, PortZonesConfig zones, GuardConfig guard, Optional<String> description) {
        return new PortConfig(name, gateway.members().getFirst(),
                new DeviceConfig.WireGuard(gateway.name(), gateway.listen()), membership,
                OptionalInt.empty(), OptionalInt.empty(), enabled, description, protection, Optional.empty(), zones,
                guard);
    }
}
