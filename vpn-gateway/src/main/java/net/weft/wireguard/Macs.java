package net.weft.wireguard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The keys of mac1 and of cookie replies, both derived from the public key of whoever receives the handshake message (whitepaper §5.4.4). */
final class Macs {
    private static final byte[] MAC1_LABEL = "mac1----".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COOKIE_LABEL = "cookie--".getBytes(StandardCharsets.US_ASCII);

    private final byte[] mac1Key;
    private final byte[] cookieKey;

    Macs(PublicKey receiver) {
        mac1Key = Blake2s.hash(MAC1_LABEL, receiver.bytes());
        cookieKey = Blake2s.hash(COOKIE_LABEL, receiver.bytes());
    }

    byte[] cookieKey() {
        return cookieKey;
    }

    /** mac1 over the bytes in front of it. */
    byte[] mac1(byte[] message, int mac1Offset) {
        return Blake2s.mac(mac1Key, message, 0, mac1Offset);
    }

    boolean isMac1Right(byte[] message, int mac1Offset) {
        return matches(mac1(message, mac1Offset), message, mac1Offset);
    }

    /** Compares in a time that does not depend on where they differ. */
    static boolean matches(byte[] mac, byte[] message, int offset) {
        byte[] other = new byte[mac.length];
        System.arraycopy(message, offset, other, 0, mac.length);
        return MessageDigest.isEqual(mac, other);
    }
}
