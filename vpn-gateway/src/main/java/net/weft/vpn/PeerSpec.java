package net.weft.vpn;

import java.time.Instant;
import java.util.List;
import net.weft.packet.MacAddress;
import net.weft.wireguard.PublicKey;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A peer of a gateway.
 *
 * @param port name of its port, {@code GATEWAY/PEER}
 * @param publicKey its identity on the wire
 * @param nextPublicKey identity that takes the place of the other with its first packet, or null
 * @param publicKeyUntil when {@code nextPublicKey} takes its place though it was not heard; null: never
 * @param presharedKey name of its preshared key in the {@link SecretStore}, or null
 * @param vlan VLAN ID of its network
 * @param mac address that the gateway gives it in that network
 * @param ips its addresses in the network, in the order of the configuration
 * @param allowedIps prefixes of the networks behind it
 * @param keepaliveSeconds interval of the gateway's keep-alives, 0 for none
 * @param expires when it ends; null: never
 */
public record PeerSpec(String port, PublicKey publicKey, @Nullable PublicKey nextPublicKey,
        @Nullable Instant publicKeyUntil, @Nullable String presharedKey, int vlan, MacAddress mac, List<Prefix> ips,
        List<Prefix> allowedIps, int keepaliveSeconds, @Nullable Instant expires) {
    public PeerSpec {
        ips = List.copyOf(ips);
        allowedIps = List.copyOf(allowedIps);
    }

    /** A peer whose next key, if it has one, takes over only when it is heard. */
    public PeerSpec(String port, PublicKey publicKey, @Nullable PublicKey nextPublicKey,
            @Nullable String presharedKey, int vlan, MacAddress mac, List<Prefix> ips, List<Prefix> allowedIps,
            int keepaliveSeconds, @Nullable Instant expires) {
        this(port, publicKey, nextPublicKey, null, presharedKey, vlan, mac, ips, allowedIps, keepaliveSeconds,
                expires);
    }

    /** Whether the time of the key is over, so that the next one takes its place. */
    boolean isKeyOver(Instant now) {
        return nextPublicKey != null && publicKeyUntil != null && !now.isBefore(publicKeyUntil);
    }

    /** The peer with its next key in place of the other, if the time of that is over. */
    PeerSpec at(Instant now) {
        PublicKey next = nextPublicKey;
        return next == null || !isKeyOver(now)
                ? this
                : new PeerSpec(port, next, null, presharedKey, vlan, mac, ips, allowedIps, keepaliveSeconds, expires);
    }

    boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
