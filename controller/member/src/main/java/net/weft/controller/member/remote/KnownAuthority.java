package net.weft.controller.member.remote;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts a controller whose authority has the fingerprint that stands in a join token. */
final class KnownAuthority extends X509ExtendedTrustManager {
    /** The name in the certificates of controllers, whatever their addresses. */
    static final String CONTROLLER_HOST = "controller.weft";
    /** Type of a DNS name among the alternative names of a certificate (RFC 5280 section 4.2.1.6). */
    private static final int DNS = 2;

    private final byte[] fingerprint;

    KnownAuthority(byte[] fingerprint) {
        this.fingerprint = fingerprint;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (chain.length != 2) {
            throw new CertificateException("the controller shows " + chain.length + " certificates, expected two");
        }
        try {
            byte[] shown = MessageDigest.getInstance("SHA-256").digest(chain[1].getEncoded());
            if (!MessageDigest.isEqual(shown, fingerprint)) {
                throw new CertificateException("the controller is of another fabric than the token");
            }
            chain[0].verify(chain[1].getPublicKey());
            chain[0].checkValidity();
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the controller's certificate is not signed by its authority", e);
        }
        Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
        if (names == null || names.stream()
                .noneMatch(name -> name.get(0).equals(DNS) && name.get(1).equals(CONTROLLER_HOST))) {
            throw new CertificateException("the certificate is none of a controller");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        throw new UnsupportedOperationException("this end is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw new UnsupportedOperationException("this end is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw new UnsupportedOperationException("this end is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
