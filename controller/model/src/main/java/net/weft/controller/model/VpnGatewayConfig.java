package net.weft.controller.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import net.weft.zone.Prefix;

/**
 * A WireGuard gateway. It has a port of its own name, which is a member of the networks of all its peers.
 *
 * @param name unique in the fabric, also among ports; at most {@value #MAX_NAME} characters, because wg(8) shows it as an interface
 * @param members IDs of the members that may run it; the first is active
 * @param listen UDP port
 * @param endpoint {@code HOST:PORT} for client configurations; empty: whoever makes one must say it
 * @param privateKeyFile file of its private key, relative to the data directory; made where it is missing
 * @param dns addresses of name servers for client configurations
 * @param mtu largest IP packet through the tunnel, bytes; empty: 1420
 * @param keepalive interval in seconds for client configurations, 1-65535; empty: none
 * @param clientRoutes prefixes for client configurations; empty: the subnets of the peer's network
 * @param maxOfflineSeconds seconds without controllers after which it serves no peers; empty: it always does
 * @param webSocket its TLS WebSocket; empty: it has none
 * @param peers peers by name, in the order of the file
 */
public record VpnGatewayConfig(String name, List<Integer> members, int listen, Optional<String> endpoint,
        String privateKeyFile,
        List<String> dns, OptionalInt mtu, OptionalInt keepalive, List<Prefix> clientRoutes,
        OptionalInt maxOfflineSeconds, Optional<VpnWebSocketConfig> webSocket,
        SequencedMap<String, VpnPeerConfig> peers) {
    public static final int MAX_NAME = 15;
    public static final int DEFAULT_LISTEN = 51820;
    public static final int DEFAULT_MTU = 1420;
    /** The longest time that {@code max-offline} may be: thirty days. */
    public static final int MAX_OFFLINE_SECONDS = 30 * 24 * 3600;
    public static final int MIN_MTU = 1280;
    public static final int MAX_MTU = 9000;

    public VpnGatewayConfig {
        members = List.copyOf(members);
        dns = List.copyOf(dns);
        clientRoutes = List.copyOf(clientRoutes);
        peers = Ordered.copyOf(peers);
    }

    /** Returns the gateway without its peers. */
    public VpnGatewayConfig without() {
        return new VpnGatewayConfig(name, members, listen, endpoint, privateKeyFile, dns, mtu, keepalive, clientRoutes,
                maxOfflineSeconds, webSocket, new LinkedHashMap<>());
    }

    /** Returns the file of the private key where the configuration names none. */
    public static String defaultKeyFile(String gateway) {
        return gateway + ".key";
    }
}
