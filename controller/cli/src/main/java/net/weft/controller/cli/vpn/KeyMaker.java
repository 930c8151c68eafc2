package net.weft.controller.cli.vpn;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.util.Base64;

/**
 * A new key pair of WireGuard, in the base64 of {@code wg genkey} and {@code wg pubkey}.
 *
 * @param privateKey 44 characters; it is printed once and never leaves this process otherwise
 * @param publicKey 44 characters
 */
record KeyMaker(String privateKey, String publicKey) {
    private static final int BYTES = 32;

    static KeyMaker make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            byte[] scalar = ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
            scalar[0] &= (byte) 0xf8;
            scalar[BYTES - 1] = (byte) (scalar[BYTES - 1] & 0x7f | 0x40);
            return new KeyMaker(Base64.getEncoder().encodeToString(scalar),
                    Base64.getEncoder().encodeToString(littleEndian(((XECPublicKey) pair.getPublic()).getU())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has X25519", e);
        }
    }

    private static byte[] littleEndian(BigInteger u) {
        byte[] big = u.toByteArray();
        byte[] little = new byte[BYTES];
        for (int i = 0; i < Math.min(big.length, BYTES); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    @Override
    public String toString() {
        return publicKey;
    }
}
