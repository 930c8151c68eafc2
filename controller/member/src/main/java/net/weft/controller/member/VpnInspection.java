package net.weft.controller.member;

import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.v1.DescribeVpnClientResponse;
import net.weft.v1.VpnPeer;
import net.weft.vpn.PeerStatus;
import net.weft.wireguard.PublicKey;
import net.weft.zone.Prefix;

/** Reads the state of VPN gateways for the API. Any thread. */
final class VpnInspection {
    private final MemberAgent agent;

    VpnInspection(MemberAgent agent) {
        this.agent = agent;
    }

    /** @param filter name of a gateway; empty: all */
    List<VpnPeer> peers(String filter) {
        FabricConfig config = agent.desired().config();
        return config.vpn().values().stream().filter(gateway -> filter.isEmpty() || filter.equals(gateway.name()))
                .flatMap(gateway -> peers(config, gateway)).toList();
    }

    private Stream<VpnPeer> peers(FabricConfig config, VpnGatewayConfig gateway) {
        Map<String, PeerStatus> live = new HashMap<>();
        agent.gateways()
                .ifPresent(all -> all.status(gateway.name()).forEach(peer -> live.put(peer.spec().port(), peer)));
        String key = key(gateway.name());
        String idle = agent.gateways().filter(all -> all.isOffline(gateway.name())).map(_ -> "no-controller")
                .orElse("never");
        Set<String> revoked = agent.desired().revokedKeys();
        return gateway.peers().values().stream()
                .map(peer -> row(config, peer, state(peer, revoked, idle),
                        Optional.ofNullable(live.get(peer.portName())))
                        .setGatewayKey(key)
                        .build());
    }

    private String key(String gateway) {
        return agent.gateways().flatMap(all -> all.publicKey(gateway)).map(PublicKey::toString).orElse("");
    }

    /** Returns the state of a peer that the gateway does not know of. */
    private static String state(VpnPeerConfig peer, Set<String> revoked, String idle) {
        return revoked.contains(peer.publicKey()) ? "revoked" : peer.enabled() ? idle : "disabled";
    }

    private static VpnPeer.Builder row(FabricConfig config, VpnPeerConfig peer, String state,
            Optional<PeerStatus> live) {
        VpnPeer.Builder row = VpnPeer.newBuilder().setGateway(peer.gateway()).setPeer(peer.name())
                .setPublicKey(peer.publicKey())
                .addAllIps(texts(peer.ips())).setNetwork(peer.network().toString()).setZone(zone(config, peer))
                .addAllAllowedIps(texts(peer.allowedIps()))
                .setState(state);
        row.setHasPresharedKey(peer.presharedKeyFile().isPresent());
        peer.expires().ifPresent(time -> row.setExpires(time.toString()));
        live.ifPresent(now -> {
            row.setState(now.state()).setEndpoint(now.endpoint()).setRxBytes(now.receivedBytes())
                    .setTxBytes(now.sentBytes())
                    .setMac(now.spec().mac().toString());
            if (now.lastHandshake() != null) {
                row.setLastHandshake(now.lastHandshake().truncatedTo(ChronoUnit.SECONDS).toString());
            }
        });
        return row;
    }

    private static String zone(FabricConfig config, VpnPeerConfig peer) {
        int vlan = config.network(peer.network()).map(NetworkConfig::vlan).orElse(0);
        return config.port(peer.portName()).flatMap(port -> config.zoneOf(port, vlan))
                .map(zone -> zone.name().toString())
                .orElse(ZoneConfig.NONE);
    }

    private static List<String> texts(List<Prefix> prefixes) {
        return prefixes.stream().map(Prefix::toString).toList();
    }

    /** @throws IllegalArgumentException if there is no such gateway or network */
    DescribeVpnClientResponse client(String name, String networkName) {
        FabricConfig config = agent.desired().config();
        VpnGatewayConfig gateway = Optional.ofNullable(config.vpn().get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no VPN gateway " + name + (config.vpn().isEmpty()
                                ? "; add one under `vpn:` in fabric.yaml"
                                : "; there are " + String.join(", ", config.vpn().keySet()))));
        NetworkConfig network = config.networks().filter(of -> of.name().toString().equals(networkName)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no network " + networkName + "; write it as TENANT/NAME"));
        DescribeVpnClientResponse.Builder client = DescribeVpnClientResponse.newBuilder().setGatewayKey(key(name))
                .setEndpoint(gateway.endpoint().orElse("")).addAllDns(gateway.dns())
                .setMtu(gateway.mtu().orElse(VpnGatewayConfig.DEFAULT_MTU)).setKeepalive(gateway.keepalive().orElse(0))
                .addAllRoutes(routes(gateway, network))
                .addAllSubnets(network.subnets());
        config.allPorts().filter(port -> config.vlans(port).contains(network.vlan())).flatMap(VpnInspection::declared)
                .distinct()
                .forEach(client::addTaken);
        network.nextHops().forEach(hop -> client.addTaken(hop.toString()));
        return client.build();
    }

    /** Returns what a client sends through the tunnel: also the multicast of its network, if it takes part in that. */
    private static List<String> routes(VpnGatewayConfig gateway, NetworkConfig network) {
        return Stream.concat(
                gateway.clientRoutes().isEmpty()
                        ? network.subnets().stream()
                        : gateway.clientRoutes().stream().map(Prefix::toString),
                network.peerMulticast().stream().sorted().flatMap(service -> switch (service) {
                    case MDNS -> Stream.of("224.0.0.251/32", "ff02::fb/128");
                    case SSDP -> Stream.of("239.255.255.250/32", "ff02::c/128", "ff05::c/128");
                })).toList();
    }

    private static Stream<String> declared(PortConfig port) {
        return Stream.concat(port.guard().ips().stream(), port.guard().sharedIps().stream()).map(Prefix::toString);
    }
}
