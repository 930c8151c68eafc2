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
 * @param presharedKey name of its preshared key in the {@link SecretStore}, or null
 * @param vlan VLAN ID of its network
 * @param mac address that the gateway gives it in that network
 * @param ips its addresses in the network, in the order of the configuration
 * @param allowedIps prefixes of the networks behind it
 * @param keepaliveSeconds interval of the gateway's keep-alives, 0 for none
 * @param expires when it ends; null: never
 */
public record PeerSpec(String port, PublicKey publicKey, @Nullable PublicKey nextPublicKey,
        @Nullable String presharedKey, int vlan, MacAddress mac,
        List<Prefix> ips,
        List<Prefix> allowedIps, int keepaliveSeconds, @Nullable Instant expires) {
    public PeerSpec {
        ips = List.copyOf(ips);
        allowedIps = List.copyOf(allowedIps);
    }

    boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
