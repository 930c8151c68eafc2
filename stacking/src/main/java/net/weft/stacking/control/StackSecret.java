package net.weft.stacking.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that all members of a fabric share. Control messages carry an HMAC-SHA256 under it, cut to {@value #TAG_BYTES} bytes
 * (RFC 2104 §5); session keys are derived from it and an ephemeral Diffie-Hellman secret, so that who learns the key later
 * cannot read what was sent before. One thread.
 */
public final class StackSecret {
    public static final int TAG_BYTES = 16;
    /** Length of the shared key in bytes. */
    public static final int KEY_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final Mac messages;
    private final Mac derivation;
    private final long fingerprint;

    /** @throws IllegalArgumentException unless the key has {@value #KEY_BYTES} bytes */
    public StackSecret(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a stack key of " + key.length + " bytes: expected " + KEY_BYTES);
        }
        Mac root = mac(key);
        messages = mac(label(root, "weft stack messages"));
        derivation = mac(label(root, "weft stack sessions"));
        fingerprint = ByteBuffer.wrap(label(root, "weft stack fingerprint")).getLong();
    }

    /** Says which key this is without revealing it. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Writes the tag of the first {@code length} bytes behind them. */
    void sign(byte[] message, int length) {
        messages.update(message, 0, length);
        System.arraycopy(messages.doFinal(), 0, message, length, TAG_BYTES);
    }

    /** Returns whether the last {@value #TAG_BYTES} bytes are the tag of those before them. */
    boolean verify(byte[] message, int offset, int length) {
        int signed = length - TAG_BYTES;
        messages.update(message, offset, signed);
        byte[] tag = Arrays.copyOf(messages.doFinal(), TAG_BYTES);
        return MessageDigest.isEqual(tag, Arrays.copyOfRange(message, offset + signed, offset + length));
    }

    /**
     * Returns a key of 32 bytes for frames in one direction of a session.
     *
     * @param shared the Diffie-Hellman secret of the session
     * @param from session number of the sending end
     * @param to session number of the receiving end
     */
    public byte[] sessionKey(byte[] shared, long from, long to) {
        derivation.update(shared);
        derivation.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(from).putLong(to).array());
        return derivation.doFinal();
    }

    private static byte[] label(Mac mac, String label) {
        return mac.doFinal(label.getBytes(StandardCharsets.US_ASCII));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + HMAC, e);
        }
    }
}
