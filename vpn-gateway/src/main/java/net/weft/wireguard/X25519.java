package net.weft.wireguard;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** The function X25519 of RFC 7748 §5, by the JDK. The JDK keeps copies of private keys that cannot be zeroed. */
final class X25519 {
    static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "X25519";
    private static final byte[] BASE_POINT = new byte[KEY_BYTES];

    static {
        BASE_POINT[0] = 9;
    }

    private X25519() {
    }

    static byte[] publicKey(byte[] privateKey) {
        byte[] key = sharedSecret(privateKey, BASE_POINT);
        if (key == null) {
            throw new IllegalStateException("X25519 of the base point is zero: the JDK's implementation is broken");
        }
        return key;
    }

    /** The shared secret, or null if it would be all zero, as it is for every point of low order (§6.1). */
    static byte @Nullable [] sharedSecret(byte[] privateKey, byte[] publicKey) {
        byte[] scalar = clamped(privateKey);
        try {
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            try {
                agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519,
                        coordinate(publicKey))), true);
            } catch (InvalidKeyException _) {
                return null;
            }
            byte[] secret = agreement.generateSecret();
            return isZero(secret) ? null : secret;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses X25519", e);
        } finally {
            Arrays.fill(scalar, (byte) 0);
        }
    }

    static byte[] clamped(byte[] privateKey) {
        byte[] scalar = privateKey.clone();
        scalar[0] &= (byte) 248;
        scalar[31] = (byte) (scalar[31] & 127 | 64);
        return scalar;
    }

    /** Little-endian, and the uppermost bit is ignored (§5). */
    private static BigInteger coordinate(byte[] publicKey) {
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = publicKey[KEY_BYTES - 1 - i];
        }
        bigEndian[0] &= 127;
        return new BigInteger(1, bigEndian);
    }

    /** Looks at all bytes, whatever they are. */
    static boolean isZero(byte[] bytes) {
        int any = 0;
        for (byte b : bytes) {
            any |= b;
        }
        return any == 0;
    }
}
