package net.weft.vswitch.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all members of a fabric have in common, from which each protocol derives keys and identifiers of its own. With one key two
 * members know each other's loop probes.
 */
public final class FabricKey {
    /** Bytes of a key. */
    public static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] secret;

    /**
     * @throws IllegalArgumentException for another length than {@value #BYTES} bytes
     */
    public FabricKey(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("a fabric key of " + secret.length + " bytes: expected " + BYTES);
        }
        this.secret = secret.clone();
    }

    /** A key that nobody else has: of a switch on its own. */
    public static FabricKey random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new FabricKey(secret);
    }

    /** A message authentication code under a key for one purpose. @param purpose never used for another */
    Mac mac(String purpose) {
        return hmac(derive(purpose));
    }

    /** A number for one purpose, the same on all members. */
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
