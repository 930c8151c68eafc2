package net.weft.controller.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.zone.Prefix;

/**
 * A peer of a VPN gateway: a person's device, or a site. It is a port of its network, named {@code GATEWAY/PEER}.
 *
 * @param gateway name of the gateway
 * @param name unique at the gateway; matches {@link Names#PATTERN}
 * @param publicKey base64 of 32 bytes, no point of low order; no other peer of the gateway has it
 * @param nextPublicKey key that takes the place of the other with its first packet; empty: none
 * @param publicKeyUntil when {@code nextPublicKey} takes its place though it was not heard; empty: never
 * @param presharedKeyFile file of the preshared key, relative to the data directory; empty: none
 * @param network its network, which has subnets
 * @param ips its addresses, at least one, within the subnets of the network
 * @param allowedIps prefixes of the networks behind it
 * @param zone name of its zone; empty: that of the network
 * @param expires when it ends; empty: never
 * @param keepalive interval of keep-alives in seconds, 1-65535; empty: none
 * @param protection rate limits
 * @param enabled false: it is configured, but cannot connect
 * @param description free text on one line
 */
public record VpnPeerConfig(String gateway, String name, String publicKey, Optional<String> nextPublicKey,
        Optional<Instant> publicKeyUntil, Optional<String> presharedKeyFile,
        NetworkName network,
        List<Prefix> ips, List<Prefix> allowedIps, Optional<String> zone, Optional<Instant> expires,
        OptionalInt keepalive,
        ProtectionConfig protection, boolean enabled, Optional<String> description) {
    public static final int MAX_KEEPALIVE = 65_535;

    public VpnPeerConfig {
        ips = List.copyOf(ips);
        allowedIps = List.copyOf(allowedIps);
    }

    /** Returns the name of its port, {@code GATEWAY/PEER}. */
    public String portName() {
        return gateway + "/" + name;
    }
}
