package net.weft.vpn;

import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Peer;
import net.weft.wireguard.WireGuardEvents;

/** Events of a protocol whose handshakes nobody carries out. */
final class SilentEvents implements WireGuardEvents {
    @Override
    public void handshakeWanted(Peer peer) {
    }

    @Override
    public void sessionReady(Peer peer, boolean mustConfirm) {
    }

    @Override
    public void keepaliveWanted(Peer peer) {
    }

    @Override
    public void endpointMoved(Peer peer, Endpoint endpoint) {
    }

    @Override
    public void unreachable(Peer peer) {
    }
}
