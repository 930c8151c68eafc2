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
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    /** Begin of the name of the key's file; the serial number of its certificate follows. */
    private static final String KEY = "member.key.";
    private static final String JOINING = "joining.key";
    private static final String JOINING_PUBLIC = "joining.pub";
    private static final String CERTIFICATE = "member.crt";
    private static final String AUTHORITY = "authority.crt";

    /** @throws RemoteException if there are some that cannot be read */
    static Optional<Credentials> in(StateDirectory state) {
        if (!state.has(CERTIFICATE)) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = certificate(state.read(CERTIFICATE));
            return Optional.of(new Credentials(privateKey(state.read(keyOf(certificate))), certificate,
                    certificate(state.read(AUTHORITY))));
        } catch (GeneralSecurityException e) {
            throw new RemoteException(state.file(CERTIFICATE) + ": the certificate or its key is damaged: "
                    + e.getMessage() + "; remove the file and join again with a new token", true);
        }
    }

    private static PrivateKey privateKey(byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** Name of the file with the key of a certificate: each has its own, so that they never get out of step. */
    private static String keyOf(X509Certificate certificate) {
        return KEY + certificate.getSerialNumber().toString(16);
    }

    /**
     * Returns the key to join with. It is kept until a certificate for it is: a controller that has redeemed the token, but
     * whose answer was lost, accepts the token again for the same key only.
     */
    static KeyPair joiningKey(StateDirectory state) {
        try {
            if (!state.has(JOINING_PUBLIC)) {
                KeyPair made = newKey();
                state.write(JOINING, made.getPrivate().getEncoded());
                state.write(JOINING_PUBLIC, made.getPublic().getEncoded());
            }
            return new KeyPair(
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(state.read(JOINING_PUBLIC))),
                    privateKey(state.read(JOINING)));
        } catch (IOException | GeneralSecurityException e) {
            throw new RemoteException(state.file(JOINING) + ": a key cannot be kept: " + e.getMessage(), false);
        }
    }

    /** Keeps what a controller has issued for a key. The certificate is written last: with it, the others are there. */
    static Credentials keep(StateDirectory state, PrivateKey key, JoinResponse response) {
        Optional<String> before = in(state).map(old -> keyOf(old.certificate()));
        try {
            Credentials made = new Credentials(key, certificate(response.getCertificate().toByteArray()),
                    certificate(response.getAuthority().toByteArray()));
            state.write(keyOf(made.certificate()), key.getEncoded());
            state.write(AUTHORITY, made.authority().getEncoded());
            state.write(CERTIFICATE, made.certificate().getEncoded());
            for (String gone : List.of(before.filter(name -> !name.equals(keyOf(made.certificate()))).orElse(JOINING),
                    JOINING, JOINING_PUBLIC)) {
                state.delete(gone);
            }
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
