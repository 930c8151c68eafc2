package net.weft.controller.member.remote;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import net.weft.v1.JoinResponse;

/**
 * The key and certificate of a member, and the certificate of its fabric's authority, each DER in a file.
 *
 * @param key the member's private key
 * @param certificate the member's certificate
 * @param authority certificate of the authority, the only one that is trusted
 */
record Credentials(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    private static final String KEY = "member.key";
    private static final String CERTIFICATE = "member.crt";
    private static final String AUTHORITY = "authority.crt";

    /** @throws RemoteException if there are some that cannot be read */
    static Optional<Credentials> in(StateDirectory state) {
        if (!state.has(CERTIFICATE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Credentials(
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(state.read(KEY))),
                    certificate(state.read(CERTIFICATE)), certificate(state.read(AUTHORITY))));
        } catch (GeneralSecurityException e) {
            throw new RemoteException(state.file(CERTIFICATE) + ": the certificate or its key is damaged: "
                    + e.getMessage() + "; remove the file and join again with a new token", true);
        }
    }

    /** Keeps what a controller has issued for a key. The certificate is written last: with it, the others are there. */
    static Credentials keep(StateDirectory state, PrivateKey key, JoinResponse response) {
        try {
            Credentials made = new Credentials(key, certificate(response.getCertificate().toByteArray()),
                    certificate(response.getAuthority().toByteArray()));
            state.write(KEY, key.getEncoded());
            state.write(AUTHORITY, made.authority().getEncoded());
            state.write(CERTIFICATE, made.certificate().getEncoded());
            return made;
        } catch (GeneralSecurityException e) {
            throw new RemoteException("what the controller has issued is no certificate: " + e.getMessage(), false);
        } catch (IOException e) {
            throw new RemoteException(state.file(CERTIFICATE) + ": cannot be written: " + e.getMessage(), false);
        }
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

    private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    /** Returns whether a third of the certificate's time is over. */
    boolean isRenewalDue(Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Duration all = Duration.between(from, certificate.getNotAfter().toInstant());
        return now.isAfter(from.plus(all.dividedBy(3)));
    }

    /** Returns whether the certificate is that of this member, as far as its own text says. */
    boolean isOf(int member) {
        return certificate.getSubjectX500Principal().getName().equals("CN=member " + member);
    }

    SslContext context() {
        try {
            return GrpcSslContexts.configure(GrpcSslContexts.forClient(), SslProvider.JDK).protocols("TLSv1.3")
                    .keyManager(key, certificate, authority).trustManager(authority).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the context of a member that has no certificate and knows its controller by a token. */
    static SslContext joining(JoinToken token) {
        try {
            return GrpcSslContexts.configure(GrpcSslContexts.forClient(), SslProvider.JDK).protocols("TLSv1.3")
                    .trustManager(new KnownAuthority(token.fingerprint())).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the subject; the key is not printed. */
    @Override
    public String toString() {
        return certificate.getSubjectX500Principal().getName();
    }
}
