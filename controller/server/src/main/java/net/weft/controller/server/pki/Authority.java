package net.weft.controller.server.pki;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.RefusedIdentityException.Reason;

/**
 * The certificate authority of one fabric. Its key and certificate are made once and kept in {@code pki} of the data
 * directory, together with the list of what it has issued and revoked. Any thread.
 */
public final class Authority {
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(20 * 365);
    /** A certificate is valid from a while before it is issued, for hosts whose clocks are behind. */
    private static final Duration BACKDATED = Duration.ofDays(1);
    private static final int SERIAL_BITS = 127;

    private final String fabric;
    private final InstantSource clock;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Certificates issued;
    private final SecureRandom random = new SecureRandom();

    /** A certificate with its issuer. */
    public record Chain(X509Certificate certificate, X509Certificate authority) {
    }

    private Authority(String fabric, InstantSource clock, PrivateKey key, X509Certificate certificate, Path directory) {
        this.fabric = fabric;
        this.clock = clock;
        this.key = key;
        this.certificate = certificate;
        issued = Certificates.open(directory.resolve("certificates"), clock);
    }

    public static boolean exists(Path data) {
        return Files.exists(directory(data).resolve("ca.pem"));
    }

    static Path directory(Path data) {
        return data.resolve("pki");
    }

    /**
     * Opens the authority of a data directory, and makes one where there is none.
     *
     * @param fabric ID of the fabric
     * @throws StoreException if it can be neither read nor made
     */
    public static Authority open(Path data, String fabric, InstantSource clock) {
        Path directory = directory(data);
        if (!exists(data)) {
            create(directory, fabric, clock);
        }
        return new Authority(fabric, clock, Pem.privateKey(directory.resolve("ca.key")),
                Pem.certificate(directory.resolve("ca.pem")), directory);
    }

    private static void create(Path directory, String fabric, InstantSource clock) {
        KeyPair pair = CertificateWriter.newKey();
        Instant now = clock.instant();
        X509Certificate made = CertificateWriter.authority(new CertificateWriter.Content(BigInteger.ONE,
                "Weft fabric " + fabric, "", false, pair.getPublic(), now.minus(BACKDATED),
                now.plus(AUTHORITY_VALIDITY)),
                pair.getPrivate());
        try {
            PrivateFile.write(directory.resolve("ca.key"), Pem.of(pair.getPrivate()));
            PrivateFile.write(directory.resolve("ca.pem"), Pem.of(made));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Returns the SHA-256 of the authority's certificate, by which a joining member recognizes it. */
    byte[] fingerprint() {
        try {
            return CertificateWriter.sha256(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Issues a certificate and records it before it is returned.
     *
     * @param publicKey of the curve P-256, X.509 SubjectPublicKeyInfo
     * @throws IllegalArgumentException if the key is another
     */
    public Chain issue(Role role, String name, byte[] publicKey, Duration validity) {
        return issue(role, name, Pem.publicKey(publicKey), validity);
    }

    Chain issue(Role role, String name, PublicKey publicKey, Duration validity) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        BigInteger serial = new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
        Identity identity = new Identity(fabric, role, name);
        X509Certificate made = CertificateWriter.leaf(new CertificateWriter.Content(serial, identity.toString(),
                identity.uri(), role == Role.CONTROLLER, publicKey, now.minus(BACKDATED), now.plus(validity)),
                certificate,
                key);
        issued.add(new Certificates.Issued(serial.toString(16), role, name, now.plus(validity),
                java.util.Optional.empty()));
        return new Chain(made, certificate);
    }

    /**
     * Issues another certificate for the member that has shown a valid one, as one step with the check of that one: a
     * revocation comes before both, or after both and revokes the new one as well.
     *
     * @throws RefusedIdentityException if the one shown has expired or is revoked
     */
    public synchronized Chain renew(X509Certificate shown, Identity member, byte[] publicKey)
            throws RefusedIdentityException {
        checkNow(shown, member);
        return issue(member.role(), member.name(), publicKey, DEFAULT_VALIDITY);
    }

    /** Revokes every certificate of a name; returns how many. */
    public synchronized int revoke(Role role, String name) {
        return issued.revoke(each -> each.role() == role && each.name().equals(name)).size();
    }

    /** Revokes every certificate of a person or program of this name, whatever the role; returns how many. */
    public synchronized int revokePerson(String name) {
        return issued.revoke(each -> each.role().isOfPeople() && each.name().equals(name)).size();
    }

    /** Returns what was issued and has not expired. */
    public List<Certificates.Issued> issued() {
        return issued.all();
    }

    /**
     * Returns whom a certificate names, which the other end of a connection has proved to have the key of.
     *
     * @throws RefusedIdentityException unless this authority has issued it, and it is valid now and not revoked
     */
    public Identity verify(X509Certificate offered) throws RefusedIdentityException {
        Identity identity = Identity.of(offered).filter(named -> named.fabric().equals(fabric))
                .orElseThrow(() -> new RefusedIdentityException(Reason.FOREIGN,
                        "the certificate is none of this fabric"));
        try {
            offered.verify(certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new RefusedIdentityException(Reason.FOREIGN, "the certificate names " + identity
                    + ", but this fabric's authority has not signed it");
        }
        checkNow(offered, identity);
        return identity;
    }

    /**
     * Checks again what changes with time, of a certificate that was verified.
     *
     * @throws RefusedIdentityException if it has expired or was revoked since
     */
    public void checkNow(X509Certificate verified, Identity identity) throws RefusedIdentityException {
        Instant now = clock.instant();
        if (now.isAfter(verified.getNotAfter().toInstant())) {
            throw new RefusedIdentityException(Reason.EXPIRED, "the certificate of " + identity + " expired at "
                    + verified.getNotAfter().toInstant() + (identity.role() == Role.MEMBER
                            ? "; make a token with `weft member token " + identity.name() + "` and join again"
                            : "; issue another with `weft pki issue`"));
        }
        if (now.isBefore(verified.getNotBefore().toInstant())) {
            throw new RefusedIdentityException(Reason.NOT_YET_VALID, "the certificate of " + identity
                    + " is valid from " + verified.getNotBefore().toInstant() + "; here it is " + now
                    + ": compare the clocks");
        }
        String serial = verified.getSerialNumber().toString(16);
        if (issued.revoked(serial).isPresent() || !issued.isIssued(serial)) {
            throw new RefusedIdentityException(Reason.REVOKED, "the certificate of " + identity + " is revoked");
        }
    }
}
