package net.weft.wireguard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** This side's static key pair, with what is derived from it once. The private key can be zeroed and never leaves this package. */
public final class Identity {
    private final byte[] privateKey;
    private final PublicKey publicKey;
    private final Macs macs;

    /** @param privateKey 32 bytes, copied; the caller zeroes its own */
    public Identity(byte[] privateKey) {
        if (privateKey.length != X25519.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a private key of " + privateKey.length + " bytes; expected " + X25519.KEY_BYTES);
        }
        if (X25519.isZero(privateKey)) {
            throw new IllegalArgumentException("a private key of zero bytes only; expected one that `wg genkey` made");
        }
        this.privateKey = X25519.clamped(privateKey);
        this.publicKey = PublicKey.of(X25519.publicKey(this.privateKey));
        this.macs = new Macs(publicKey);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Keys of the MACs in messages that are sent to this side. */
    Macs macs() {
        return macs;
    }

    byte @Nullable [] sharedSecret(byte[] otherPublicKey) {
        return X25519.sharedSecret(privateKey, otherPublicKey);
    }

    void zero() {
        Arrays.fill(privateKey, (byte) 0);
    }
}
