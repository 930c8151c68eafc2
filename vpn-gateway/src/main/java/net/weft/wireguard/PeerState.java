package net.weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * Keeps each peer's newest time stamps beyond the life of the process, and carries them to members that may take over. Called by
 * handshake threads, several at a time, before the message that depends on a stamp is answered or sent; an implementation must not block
 * for long (a store to a mapped file is right). Where two sources disagree, the greater stamp holds.
 */
public interface PeerState {
    /** The greatest stamp accepted from this peer, or null if it never sent an initiation. */
    @Nullable
    Tai64n newestAccepted(PublicKey peer);

    void accepted(PublicKey peer, Tai64n stamp);

    /** The greatest stamp sent to this peer by any member, or null if none was. */
    @Nullable
    Tai64n newestSent(PublicKey peer);

    void sent(PublicKey peer, Tai64n stamp);

    /** Remembers nothing: for tests, and for gateways whose peers cannot be replayed to after a restart. */
    PeerState NONE = new PeerState() {
        @Override
        public @Nullable Tai64n newestAccepted(PublicKey peer) {
            return null;
        }

        @Override
        public void accepted(PublicKey peer, Tai64n stamp) {
        }

        @Override
        public @Nullable Tai64n newestSent(PublicKey peer) {
            return null;
        }

        @Override
        public void sent(PublicKey peer, Tai64n stamp) {
        }
    };
}
