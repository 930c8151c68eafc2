package net.weft.controller.model.yaml.write;

import java.util.List;
import java.util.SequencedMap;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.VpnWebSocketConfig;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.TimeSpan;
import net.weft.zone.Prefix;

/** Converts VPN gateways and their peers to the tree of the file. */
final class VpnTree {
    private VpnTree() {
    }

    static Node.Mapping vpn(SequencedMap<String, VpnGatewayConfig> gateways) {
        Node.Mapping named = Node.Mapping.empty();
        gateways.values().forEach(gateway -> {
            Node.Mapping keys = gateway(gateway);
            Node.Mapping peers = Node.Mapping.empty();
            gateway.peers().values().forEach(peer -> peers.add(peer.name(), peer(peer)));
            if (!gateway.peers().isEmpty()) {
                keys.add("peers", peers);
            }
            named.add(gateway.name(), keys);
        });
        return named;
    }

    static Node.Mapping gateway(VpnGatewayConfig gateway) {
        Node.Mapping keys = Node.Mapping.empty();
        if (!gateway.members().equals(List.of(1))) {
            keys.add("members", FabricTree.list(gateway.members().stream().map(id -> Node.Scalar.of(id)).toList()));
        }
        keys.add("listen", Node.Scalar.of(gateway.listen()));
        gateway.endpoint().ifPresent(endpoint -> keys.add("endpoint", Node.Scalar.of(endpoint)));
        if (!gateway.privateKeyFile().equals(VpnGatewayConfig.defaultKeyFile(gateway.name()))) {
            keys.add("private-key-file", Node.Scalar.of(gateway.privateKeyFile()));
        }
        if (!gateway.dns().isEmpty()) {
            keys.add("dns", FabricTree.list(gateway.dns().stream().map(Node.Scalar::of).toList()));
        }
        gateway.mtu().ifPresent(mtu -> keys.add("mtu", Node.Scalar.of(mtu)));
        gateway.keepalive().ifPresent(seconds -> keys.add("keepalive", Node.Scalar.of(seconds)));
        prefixes(keys, "client-routes", gateway.clientRoutes());
        gateway.maxOfflineSeconds()
                .ifPresent(seconds -> keys.add("max-offline", Node.Scalar.of(TimeSpan.text(seconds))));
        gateway.webSocket().ifPresent(socket -> keys.add("websocket", webSocket(gateway.name(), socket)));
        return keys;
    }

    private static Node.Mapping webSocket(String gateway, VpnWebSocketConfig socket) {
        Node.Mapping keys = Node.Mapping.empty().add("listen", Node.Scalar.of(socket.listen()));
        file(keys, "certificate-file", socket.certificateFile(), VpnWebSocketConfig.defaultCertificateFile(gateway));
        file(keys, "certificate-key-file", socket.certificateKeyFile(),
                VpnWebSocketConfig.defaultCertificateKeyFile(gateway));
        file(keys, "token-file", socket.tokenFile(), VpnWebSocketConfig.defaultTokenFile(gateway));
        return keys;
    }

    private static void file(Node.Mapping keys, String key, String value, String otherwise) {
        if (!value.equals(otherwise)) {
            keys.add(key, Node.Scalar.of(value));
        }
    }

    static Node.Mapping peer(VpnPeerConfig peer) {
        Node.Mapping keys = Node.Mapping.empty().add("public-key", Node.Scalar.of(peer.publicKey()));
        peer.nextPublicKey().ifPresent(key -> keys.add("next-public-key", Node.Scalar.of(key)));
        peer.publicKeyUntil().ifPresent(time -> keys.add("public-key-until", Node.Scalar.of(time.toString())));
        peer.presharedKeyFile().ifPresent(file -> keys.add("preshared-key-file", Node.Scalar.of(file)));
        keys.add("network", Node.Scalar.of(peer.network().toString()));
        prefixes(keys, "ips", peer.ips());
        prefixes(keys, "allowed-ips", peer.allowedIps());
        peer.zone().ifPresent(zone -> keys.add("zone", Node.Scalar.of(zone)));
        peer.expires().ifPresent(time -> keys.add("expires", Node.Scalar.of(time.toString())));
        peer.keepalive().ifPresent(seconds -> keys.add("keepalive", Node.Scalar.of(seconds)));
        FabricTree.protection(peer.protection(), keys);
        if (!peer.enabled()) {
            keys.add("enabled", Node.Scalar.of(false));
        }
        peer.description().ifPresent(text -> keys.add("description", Node.Scalar.of(text)));
        return keys;
    }

    private static void prefixes(Node.Mapping keys, String key, List<Prefix> prefixes) {
        if (!prefixes.isEmpty()) {
            keys.add(key, FabricTree.list(prefixes.stream().map(Object::toString).map(Node.Scalar::of).toList()));
        }
    }
}
