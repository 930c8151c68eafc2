package net.weft.vpn.uapi;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One {@code set} of wg(8).
 *
 * @param gateway name of the gateway
 * @param vlan the network that the device stands for; 0: all of the gateway's
 * @param privateKey 32 bytes; null: as it is
 * @param listen UDP port; empty: as it is
 * @param replacesPeers whether peers that are not named are removed
 * @param peers in the order of the request
 */
public record WgSet(String gateway, int vlan, byte @Nullable [] privateKey, OptionalInt listen, boolean replacesPeers,
        List<WgPeer> peers) {
    public WgSet {
        peers = List.copyOf(peers);
    }
}
