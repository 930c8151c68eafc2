package net.weft.controller.server.pki;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes X.509 certificates of version 3 (RFC 5280), signed by ECDSA over P-256 with SHA-256. The JDK reads certificates
 * and writes none; these have only what TLS and {@link Identity} ask for.
 */
final class CertificateWriter {
    /** The name by which clients verify every controller, whatever its address. */
    static final String CONTROLLER_HOST = "controller.weft";
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    private static final int KEY_ID_BYTES = 20;

    private CertificateWriter() {
    }

    /**
     * What a certificate says.
     *
     * @param uri the identity; empty for the authority
     */
    record Content(BigInteger serial, String subject, String uri, boolean isController, PublicKey key, Instant from,
            Instant until) {
    }

    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a certificate of the authority by itself. */
    static X509Certificate authority(Content content, PrivateKey key) {
        return signed(content, name(content.subject()), content.key(), key, List.of(
                extension("2.5.29.19", true, Der.sequence(Der.bool(true))),
                extension("2.5.29.15", true, Der.bitString(1, new byte[]{0x06})),
                extension("2.5.29.14", false, Der.octetString(keyId(content.key())))));
    }

    /** Returns a certificate for the two ends of TLS, which signs no others. */
    static X509Certificate leaf(Content content, X509Certificate authority, PrivateKey key) {
        List<byte[]> names = new ArrayList<>(List.of(Der.implicit(6, ascii(content.uri()))));
        if (content.isController()) {
            names.add(Der.implicit(2, ascii(CONTROLLER_HOST)));
        }
        return signed(content, authority.getSubjectX500Principal().getEncoded(), authority.getPublicKey(), key, List.of(
                extension("2.5.29.19", true, Der.sequence()),
                extension("2.5.29.15", true, Der.bitString(7, new byte[]{(byte) 0x80})),
                extension("2.5.29.37", false,
                        Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"))),
                extension("2.5.29.17", false, Der.sequence(names.toArray(new byte[0][]))),
                extension("2.5.29.14", false, Der.octetString(keyId(content.key()))),
                extension("2.5.29.35", false,
                        Der.sequence(Der.implicit(0, keyId(authority.getPublicKey()))))));
    }

    private static X509Certificate signed(Content content, byte[] issuer, PublicKey issuerKey, PrivateKey key,
            List<byte[]> extensions) {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_SHA256));
        byte[] body = Der.sequence(Der.explicit(0, Der.integer(BigInteger.TWO)), Der.integer(content.serial()),
                algorithm,
                issuer, Der.sequence(Der.time(content.from()), Der.time(content.until())), name(content.subject()),
                content.key().getEncoded(), Der.explicit(3, Der.sequence(extensions.toArray(new byte[0][]))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(body);
            byte[] certificate = Der.sequence(body, algorithm, Der.bitString(0, signature.sign()));
            X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate));
            read.verify(issuerKey);
            return read;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no certificate can be made for this key: " + e.getMessage(), e);
        }
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octetString(value))
                : Der.sequence(Der.oid(oid), Der.octetString(value));
    }

    private static byte[] keyId(PublicKey key) {
        return Arrays.copyOf(sha256(key.getEncoded()), KEY_ID_BYTES);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
