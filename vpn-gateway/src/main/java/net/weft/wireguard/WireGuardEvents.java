package net.weft.wireguard;

/**
 * What the protocol asks of whoever moves its datagrams. Called in the thread that caused the event, sometimes with the peer locked, so an
 * implementation only notes it: it puts the peer into a queue of its own and returns. An event that is lost is repeated after a while.
 */
public interface WireGuardEvents {
    /** A handshake is due: a handshake thread calls {@link Handshakes#initiate} and sends the message. */
    void handshakeWanted(Peer peer);

    /**
     * Packets can be sealed for this peer: send those that waited for it.
     *
     * @param mustConfirm true after this side's handshake was answered: if no packet waits, a keep-alive must be sent, because the other
     *        side sends nothing before it receives a packet
     */
    void sessionReady(Peer peer, boolean mustConfirm);

    /** An empty packet is due: {@link PacketPath#keepalive}. */
    void keepaliveWanted(Peer peer);

    /** The peer was heard from another address with an authenticated data packet. */
    void endpointMoved(Peer peer, Endpoint endpoint);

    /** No answer within 90 s: packets that wait for this peer are dropped. */
    void unreachable(Peer peer);
}
