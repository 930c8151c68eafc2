package net.weft.vpn;

import net.weft.wireguard.Endpoint;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;

/**
 * What a gateway learns from its peers while it runs and another gateway must know to take its place: it is no configuration, is never
 * committed, and is worth little after a while. A record holds one change; a later one of the same peer replaces it, but a lesser time
 * stamp never replaces a greater one.
 */
public sealed interface SoftState {
    PublicKey peer();

    /**
     * Where a peer was heard last, to which a gateway that takes over begins a handshake at once.
     *
     * @param gateway name of the gateway
     * @param endpoint its remote address; the local one is the old gateway's
     */
    record Whereabouts(String gateway, PublicKey peer, Endpoint endpoint) implements SoftState {
    }

    /** The newest time stamp that was accepted from a peer: an older initiation is a replay. */
    record Accepted(PublicKey peer, Tai64n stamp) implements SoftState {
    }

    /** The newest time stamp that was sent to a peer, which takes only greater ones from whoever takes over. */
    record Sent(PublicKey peer, Tai64n stamp) implements SoftState {
    }
}
