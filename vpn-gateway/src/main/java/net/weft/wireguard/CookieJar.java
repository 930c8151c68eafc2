package net.weft.wireguard;

import java.util.Arrays;
import net.weft.crypto.Aead;
import net.weft.crypto.XChaCha20Poly1305;

/** The sending side of the denial-of-service protection: adds mac1 and mac2 to handshake messages and keeps the cookie of one peer. */
final class CookieJar {
    /** A cookie is used 5 s less than its secret lives, so that it is still right when it arrives. */
    private static final long COOKIE_LIFE_NS = CookieChecker.SECRET_LIFE_NS - 5L * 1_000_000_000;
    private static final byte[] NONE = {};

    private final Macs macs;
    private byte[] lastMac1 = NONE;
    private byte[] cookie = NONE;
    private long cookieSinceNs;

    CookieJar(PublicKey peer) {
        macs = new Macs(peer);
    }

    synchronized void add(byte[] message, int mac1Offset, long nowNs) {
        lastMac1 = macs.mac1(message, mac1Offset);
        System.arraycopy(lastMac1, 0, message, mac1Offset, Messages.MAC_BYTES);
        int mac2Offset = mac1Offset + Messages.MAC_BYTES;
        if (cookie.length > 0 && nowNs - cookieSinceNs < COOKIE_LIFE_NS) {
            System.arraycopy(Blake2s.mac(cookie, message, 0, mac2Offset), 0, message, mac2Offset, Messages.MAC_BYTES);
        } else {
            Arrays.fill(message, mac2Offset, mac2Offset + Messages.MAC_BYTES, (byte) 0);
        }
    }

    /** Takes a cookie reply, once for each message sent; false if it does not answer the last one. */
    synchronized boolean accept(Aead aead, byte[] reply, long nowNs) {
        if (lastMac1.length == 0) {
            return false;
        }
        byte[] nonce = Arrays.copyOfRange(reply, Messages.COOKIE_NONCE, Messages.COOKIE_SEALED);
        byte[] sealed = Arrays.copyOfRange(reply, Messages.COOKIE_SEALED, Messages.COOKIE_REPLY_BYTES);
        byte[] opened = XChaCha20Poly1305.open(aead, macs.cookieKey(), nonce, lastMac1, sealed);
        if (opened == null) {
            return false;
        }
        cookie = opened;
        cookieSinceNs = nowNs;
        lastMac1 = NONE;
        return true;
    }
}
