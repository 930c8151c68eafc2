package net.weft.vswitch.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all members of a fabric share; each protocol derives its own keys and identifiers from it. Members
 * with the same key recognize each other's loop probes.
 */
public final class FabricKey {
    /** The length of a key in bytes. */
    public static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] secret;

    /** @throws IllegalArgumentException for any length other than {@value #BYTES} bytes */
    public FabricKey(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("a fabric key of " + secret.length + " bytes: expected " + BYTES);
        }
        this.secret = secret.clone();
    }

    /** Returns a random key, for a switch that is not a member of a fabric. */
    public static FabricKey random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new FabricKey(secret);
    }

    /**
     * Returns a message authentication code under a derived key. @param purpose the protocol's own name, used by no
     * other
     */
    Mac mac(String purpose) {
        return hmac(derive(purpose));
    }

    /** Returns a number derived for one purpose, the same on all members. */
    long number(String purpose) {
        return ByteBuffer.wrap(derive(purpose)).getLong();
    }

    private byte[] derive(String purpose) {
        return hmac(secret).doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
