package net.weft.wireguard;

import java.util.Arrays;
import net.weft.crypto.Aead;
import net.weft.crypto.XChaCha20Poly1305;

/**
 * The receiving side of the denial-of-service protection (whitepaper §5.3 and §5.4.7): a sender that must prove its address gets a
 * cookie, the MAC of that address under a secret that changes every 120 s, and shows it as mac2. One for a gateway; safe for threads.
 */
final class CookieChecker {
    static final long SECRET_LIFE_NS = 120L * 1_000_000_000;
    private static final int SECRET_BYTES = 32;

    private final Randomness random;
    private byte[] secret = {};
    private long secretSinceNs;

    CookieChecker(Randomness random) {
        this.random = random;
    }

    /** True if mac2 is the MAC under the cookie of this source, which only a host that receives at that address can know. */
    boolean isMac2Right(byte[] message, int mac1Offset, Source source, long nowNs) {
        int mac2Offset = mac1Offset + Messages.MAC_BYTES;
        byte[] mac2 = Blake2s.mac(cookie(source, nowNs), message, 0, mac2Offset);
        return Macs.matches(mac2, message, mac2Offset);
    }

    /** Writes the cookie reply to a handshake message whose mac1 is right; answers its length. */
    int reply(Aead aead, Identity self, byte[] message, int mac1Offset, Source source, long nowNs, byte[] reply) {
        byte[] nonce = random.bytes(Messages.COOKIE_NONCE_BYTES);
        byte[] mac1 = Arrays.copyOfRange(message, mac1Offset, mac1Offset + Messages.MAC_BYTES);
        byte[] sealed = XChaCha20Poly1305.seal(aead, self.macs().cookieKey(), nonce, mac1, cookie(source, nowNs));
        Messages.putInt(reply, Messages.TYPE_OFFSET, Messages.COOKIE_REPLY);
        Messages.putInt(reply, Messages.COOKIE_RECEIVER, Messages.getInt(message, Messages.INITIATION_SENDER));
        System.arraycopy(nonce, 0, reply, Messages.COOKIE_NONCE, nonce.length);
        System.arraycopy(sealed, 0, reply, Messages.COOKIE_SEALED, sealed.length);
        return Messages.COOKIE_REPLY_BYTES;
    }

    private byte[] cookie(Source source, long nowNs) {
        byte[] input = source.cookieInput();
        return Blake2s.mac(secret(nowNs), input, 0, input.length);
    }

    private synchronized byte[] secret(long nowNs) {
        if (secret.length == 0 || nowNs - secretSinceNs >= SECRET_LIFE_NS) {
            secret = random.bytes(SECRET_BYTES);
            secretSinceNs = nowNs;
        }
        return secret;
    }
}
