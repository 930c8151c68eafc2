package net.weft.stacking.control;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** An ephemeral X25519 key pair (RFC 7748) for one session of a link, by the JDK. It is never stored. */
public final class Agreement {
    private static final String ALGORITHM = "X25519";

    private final KeyPair pair;
    private final PublicKey publicKey;

    private Agreement(KeyPair pair) {
        this.pair = pair;
        byte[] bytes = new byte[PublicKey.BYTES];
        byte[] bigEndian = ((XECPublicKey) pair.getPublic()).getU().toByteArray();
        for (int n = 0; n < bytes.length && n < bigEndian.length; n++) {
            bytes[n] = bigEndian[bigEndian.length - 1 - n];
        }
        publicKey = new PublicKey(bytes);
    }

    /** Makes a new key pair. */
    public static Agreement create() {
        try {
            return new Agreement(KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + ALGORITHM, e);
        }
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Returns the secret shared with the owner of another key; empty for a point of low order, which nobody uses in good faith. */
    public Optional<byte[]> with(PublicKey other) {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(pair.getPrivate());
            agreement.doPhase(KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(other))), true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeyException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses " + ALGORITHM, e);
        }
    }

    /** Little-endian, without the uppermost bit (RFC 7748 §5). */
    private static BigInteger coordinate(PublicKey key) {
        byte[] littleEndian = key.bytes();
        byte[] bigEndian = new byte[littleEndian.length];
        for (int n = 0; n < bigEndian.length; n++) {
            bigEndian[n] = littleEndian[littleEndian.length - 1 - n];
        }
        bigEndian[0] &= 127;
        return new BigInteger(1, bigEndian);
    }
}
