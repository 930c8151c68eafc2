package net.weft.wireguard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The symmetric state of Noise_IKpsk2 (Noise framework §5.2, whitepaper §5.4): chaining key, transcript hash and the current key. */
final class NoiseState {
    private static final byte[] CONSTRUCTION = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IDENTIFIER = "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_CHAINING_KEY = Blake2s.hash(CONSTRUCTION);
    private static final byte[] FIRST_HASH = Blake2s.hash(FIRST_CHAINING_KEY, IDENTIFIER);
    private static final byte[] NOTHING = {};

    private byte[] chainingKey;
    private byte[] hash;
    private byte[] key = NOTHING;

    /** The state before the first message; both sides know the responder's public key. */
    NoiseState(PublicKey responder) {
        chainingKey = FIRST_CHAINING_KEY.clone();
        hash = Blake2s.hash(FIRST_HASH, responder.bytes());
    }

    private NoiseState(NoiseState other) {
        chainingKey = other.chainingKey.clone();
        hash = other.hash.clone();
    }

    /** A copy to try a message on: a message that turns out wrong must leave the original as it was. */
    NoiseState copy() {
        return new NoiseState(this);
    }

    /** Mixes an ephemeral public key into hash and chaining key. */
    void mixEphemeral(byte[] ephemeral) {
        hash = Blake2s.hash(hash, ephemeral);
        mixChain(ephemeral);
    }

    /** Mixes into the chaining key only. */
    void mixChain(byte[] input) {
        replace(KeyDerivation.derive(1, chainingKey, input)[0], key);
    }

    /** Mixes a shared secret into the chaining key and derives the key for the next {@link #seal} or {@link #open}. */
    void mixKey(byte[] sharedSecret) {
        byte[][] keys = KeyDerivation.derive(2, chainingKey, sharedSecret);
        replace(keys[0], keys[1]);
    }

    void mixPresharedKey(byte[] presharedKey) {
        byte[][] keys = KeyDerivation.derive(3, chainingKey, presharedKey);
        hash = Blake2s.hash(hash, keys[1]);
        Arrays.fill(keys[1], (byte) 0);
        replace(keys[0], keys[2]);
    }

    /** Encrypts and writes the text with its tag to the message. */
    void seal(HandshakeCipher cipher, byte[] plain, byte[] message, int offset) {
        byte[] sealed = cipher.seal(key, hash, plain);
        System.arraycopy(sealed, 0, message, offset, sealed.length);
        hash = Blake2s.hash(hash, sealed);
    }

    /** Decrypts a field of the message; null if its tag is wrong, and then this state is spoilt. */
    byte @Nullable [] open(HandshakeCipher cipher, byte[] message, int offset, int bytes) {
        byte[] sealed = Arrays.copyOfRange(message, offset, offset + bytes);
        byte[] plain = cipher.open(key, hash, sealed);
        hash = Blake2s.hash(hash, sealed);
        return plain;
    }

    /** The two keys of the session: the first is the initiator's to send, the second the responder's. */
    byte[][] split() {
        return KeyDerivation.derive(2, chainingKey, NOTHING);
    }

    void zero() {
        replace(NOTHING, NOTHING);
        Arrays.fill(hash, (byte) 0);
    }

    private void replace(byte[] nextChainingKey, byte[] nextKey) {
        Arrays.fill(chainingKey, (byte) 0);
        if (nextKey != key) {
            Arrays.fill(key, (byte) 0);
        }
        chainingKey = nextChainingKey;
        key = nextKey;
    }
}
