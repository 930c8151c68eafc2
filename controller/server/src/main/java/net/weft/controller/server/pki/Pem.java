package net.weft.controller.server.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import net.weft.controller.server.StoreException;

/** Keys and certificates as text (RFC 7468). */
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final int P256_BITS = 256;

    private Pem() {
    }

    static byte[] of(X509Certificate certificate) throws GeneralSecurityException {
        return text(CERTIFICATE, certificate.getEncoded());
    }

    static byte[] of(PrivateKey key) {
        return text(PRIVATE_KEY, key.getEncoded());
    }

    private static byte[] text(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws StoreException if the file is not there, or has no certificate */
    static X509Certificate certificate(Path file) {
        try {
            return certificate(der(file, CERTIFICATE));
        } catch (GeneralSecurityException e) {
            throw new StoreException(file + ": is no certificate: " + e.getMessage(), e);
        }
    }

    static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    /** @throws StoreException if the file is not there, or has no key */
    static PrivateKey privateKey(Path file) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(file, PRIVATE_KEY)));
        } catch (GeneralSecurityException e) {
            throw new StoreException(file + ": is no private key: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a public key of a request.
     *
     * @throws IllegalArgumentException unless it is one of the curve P-256
     */
    static PublicKey publicKey(byte[] der) {
        try {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
            if (key instanceof ECPublicKey curve
                    && curve.getParams().getCurve().getField().getFieldSize() == P256_BITS) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the public key cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the public key is none of the curve P-256");
    }

    private static byte[] der(Path file, String label) {
        try {
            String text = Files.readString(file);
            String begin = "-----BEGIN " + label + "-----";
            int from = text.indexOf(begin);
            int to = text.indexOf("-----END " + label + "-----");
            if (from < 0 || to < from) {
                throw new StoreException(file + ": is damaged; expected a PEM file with " + label, null);
            }
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IOException e) {
            throw new StoreException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
