package net.weft.wireguard;

import java.util.Arrays;

/** HMAC over BLAKE2s and the key derivation HKDF on top of it, as the Noise framework §4.3 defines them. */
final class KeyDerivation {
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;
    private static final byte[] NO_KEY = {};

    private KeyDerivation() {
    }

    /** HMAC with keys of up to one block (64 bytes). */
    static byte[] hmac(byte[] key, byte[]... parts) {
        byte[] pad = Arrays.copyOf(key, Blake2s.BLOCK_BYTES);
        mask(pad, INNER_PAD);
        Blake2s inner = new Blake2s(Blake2s.HASH_BYTES, NO_KEY);
        inner.update(pad, 0, pad.length);
        for (byte[] part : parts) {
            inner.update(part, 0, part.length);
        }
        byte[] innerHash = inner.finish();
        mask(pad, (byte) (INNER_PAD ^ OUTER_PAD));
        byte[] hmac = Blake2s.hash(pad, innerHash);
        Arrays.fill(pad, (byte) 0);
        Arrays.fill(innerHash, (byte) 0);
        return hmac;
    }

    /** One to three keys of 32 bytes from a chaining key and {@code input}. */
    static byte[][] derive(int keys, byte[] chainingKey, byte[] input) {
        byte[] secret = hmac(chainingKey, input);
        byte[][] derived = new byte[keys][];
        byte[] previous = NO_KEY;
        for (int i = 0; i < keys; i++) {
            previous = hmac(secret, previous, new byte[]{(byte) (i + 1)});
            derived[i] = previous;
        }
        Arrays.fill(secret, (byte) 0);
        return derived;
    }

    private static void mask(byte[] pad, byte value) {
        for (int i = 0; i < pad.length; i++) {
            pad[i] ^= value;
        }
    }
}
