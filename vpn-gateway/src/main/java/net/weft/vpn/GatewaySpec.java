package net.weft.vpn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a gateway.
 *
 * @param name its name, which is also that of its port and of its wg(8) socket
 * @param privateKey name of its private key in the {@link SecretStore}; made where it is missing
 * @param listen UDP port
 * @param mtu largest IP packet of a peer, bytes
 * @param maxOfflineSeconds seconds without controllers after which no peer is served; 0: no limit
 * @param webSocket its TLS WebSocket, or null
 * @param networks networks of its peers, with unique VLANs
 * @param peers peers that may connect, with unique keys
 */
public record GatewaySpec(String name, String privateKey, int listen, int mtu, int maxOfflineSeconds,
        @Nullable WebSocketSpec webSocket, List<NetworkSpec> networks,
        List<PeerSpec> peers) {
    /** The MTU without further knowledge: 1500 less the headers of IPv6, UDP and WireGuard. */
    public static final int DEFAULT_MTU = 1420;
    /** The smallest MTU of a link with IPv6, in bytes (RFC 8200, section 5). */
    public static final int MIN_MTU = 1280;
    /** The largest packet of a peer, bytes. */
    public static final int MAX_MTU = 9000;

    public GatewaySpec {
        networks = List.copyOf(networks);
        peers = List.copyOf(peers);
        if (maxOfflineSeconds < 0) {
            throw new IllegalArgumentException("gateway " + name + " serves for " + maxOfflineSeconds
                    + " s without controllers; expected 0 (no limit) or more");
        }
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException(
                    "gateway " + name + " has an MTU of " + mtu + "; expected " + MIN_MTU + " to " + MAX_MTU);
        }
    }

    /** A gateway that serves its peers whether or not controllers are heard. */
    public GatewaySpec(String name, String privateKey, int listen, int mtu, List<NetworkSpec> networks,
            List<PeerSpec> peers) {
        this(name, privateKey, listen, mtu, 0, null, networks, peers);
    }

    /** The same gateway without peers. */
    GatewaySpec deserted() {
        return new GatewaySpec(name, privateKey, listen, mtu, maxOfflineSeconds, webSocket, networks, List.of());
    }
}
