package net.weft.wireguard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A handshake that this side began and that waits for its response: the ephemeral key and the Noise state after the first message. */
final class InitiatorHandshake {
    private final IndexTable.Entry entry;
    private final byte[] ephemeral;
    private final NoiseState state;

    private InitiatorHandshake(IndexTable.Entry entry, byte[] ephemeral, NoiseState state) {
        this.entry = entry;
        this.ephemeral = ephemeral;
        this.state = state;
    }

    IndexTable.Entry entry() {
        return entry;
    }

    /** Writes the initiation, but for its MACs (whitepaper §5.4.2). */
    static InitiatorHandshake begin(HandshakeCipher cipher, Randomness random, Identity self, Peer.Secrets peer,
            IndexTable.Entry entry, Tai64n stamp, byte[] message) {
        byte[] ephemeral = X25519.clamped(random.bytes(X25519.KEY_BYTES));
        byte[] ephemeralPublic = X25519.publicKey(ephemeral);
        Messages.putInt(message, Messages.TYPE_OFFSET, Messages.INITIATION);
        Messages.putInt(message, Messages.INITIATION_SENDER, entry.index());
        System.arraycopy(ephemeralPublic, 0, message, Messages.INITIATION_EPHEMERAL, ephemeralPublic.length);
        NoiseState state = new NoiseState(peer.publicKey());
        state.mixEphemeral(ephemeralPublic);
        byte[] shared = X25519.sharedSecret(ephemeral, peer.publicKey().bytes());
        if (shared == null) {
            throw new IllegalStateException("peer " + peer.publicKey() + " has a key of low order");
        }
        state.mixKey(shared);
        Arrays.fill(shared, (byte) 0);
        state.seal(cipher, self.publicKey().bytes(), message, Messages.INITIATION_STATIC);
        state.mixKey(peer.staticStatic());
        state.seal(cipher, stamp.bytes(), message, Messages.INITIATION_TIMESTAMP);
        return new InitiatorHandshake(entry, ephemeral, state);
    }

    /** The keys of the session if the response is right, else null; changes nothing of this handshake (whitepaper §5.4.3). */
    byte @Nullable [][] finish(HandshakeCipher cipher, Identity self, byte[] presharedKey, byte[] response) {
        byte[] other = Arrays.copyOfRange(response, Messages.RESPONSE_EPHEMERAL, Messages.RESPONSE_EMPTY);
        byte[] first = X25519.sharedSecret(ephemeral, other);
        byte[] second = self.sharedSecret(other);
        if (first == null || second == null) {
            return null;
        }
        NoiseState tried = state.copy();
        tried.mixEphemeral(other);
        tried.mixChain(first);
        tried.mixChain(second);
        Arrays.fill(first, (byte) 0);
        Arrays.fill(second, (byte) 0);
        tried.mixPresharedKey(presharedKey);
        byte[] empty = tried.open(cipher, response, Messages.RESPONSE_EMPTY, Messages.TAG_BYTES);
        byte[][] keys = empty == null ? null : tried.split();
        tried.zero();
        return keys;
    }

    void zero() {
        Arrays.fill(ephemeral, (byte) 0);
        state.zero();
    }
}
