package net.weft.controller.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.RefusedIdentityException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    private static final String FABRIC = "0123456789abcdef0123456789abcdef";
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));
    private final KeyPair key = CertificateWriter.newKey();
    @TempDir
    private Path data;
    private Authority authority;
    private JoinTokens tokens;

    @BeforeEach
    void open() {
        authority = Authority.open(data, FABRIC, now::get);
        tokens = JoinTokens.open(authority, data, now::get);
    }

    @Test
    void shouldIssueWhatItVerifies() throws Exception {
        X509Certificate certificate = authority.issue(Role.VIEWER, "ann", key.getPublic().getEncoded(), HOUR)
                .certificate();

        assertThat(authority.verify(certificate)).isEqualTo(new Identity(FABRIC, Role.VIEWER, "ann"));
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getBasicConstraints()).as("signs no others").isEqualTo(-1);
        assertThat(certificate.getNonCriticalExtensionOIDs()).contains("2.5.29.17", "2.5.29.37");
        assertThat(authority.certificate().getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(certificate.getKeyUsage()).startsWith(true, false);
        assertThat(authority.certificate().getKeyUsage()).startsWith(false, false, false, false, false, true, true);
        authority.certificate().verify(authority.certificate().getPublicKey());
    }

    @Test
    void shouldWriteTimesBeyond2049() throws Exception {
        now.set(Instant.parse("2049-12-31T12:00:00Z"));
        Authority later = Authority.open(Files.createDirectory(data.resolve("later")), FABRIC, now::get);

        X509Certificate certificate = later.issue(Role.VIEWER, "ann", key.getPublic().getEncoded(), Duration.ofDays(2))
                .certificate();

        assertThat(certificate.getNotAfter().toInstant()).isEqualTo("2050-01-02T12:00:00Z");
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo("2049-12-30T12:00:00Z");
    }

    @Test
    void shouldKeepItsKeyForItselfAndRememberRevocationsOverARestart() throws Exception {
        X509Certificate certificate = authority.issue(Role.ADMIN, "ann", key.getPublic().getEncoded(), HOUR)
                .certificate();
        authority.revokePerson("ann");

        Authority again = Authority.open(data, FABRIC, now::get);

        assertThat(again.certificate()).isEqualTo(authority.certificate());
        assertRefused(() -> again.verify(certificate), Reason.REVOKED);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("pki/ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldRefuseWhatIsForeignExpiredEarlyOrRevoked() throws Exception {
        X509Certificate certificate = authority.issue(Role.ADMIN, "ann", key.getPublic().getEncoded(), HOUR)
                .certificate();
        Authority other = Authority.open(Files.createDirectory(data.resolve("other")), FABRIC, now::get);
        X509Certificate sameName = other.issue(Role.ADMIN, "ann", key.getPublic().getEncoded(), HOUR).certificate();

        assertThat(authority.verify(certificate).name()).as("control").isEqualTo("ann");
        assertRefused(() -> authority.verify(sameName), Reason.FOREIGN);
        assertRefused(() -> authority.verify(authority.certificate()), Reason.FOREIGN);
        now.set(now.get().plus(HOUR).plusSeconds(1));
        assertRefused(() -> authority.verify(certificate), Reason.EXPIRED);
        now.set(now.get().minus(Duration.ofDays(2)));
        assertRefused(() -> authority.verify(certificate), Reason.NOT_YET_VALID);
        now.set(now.get().plus(Duration.ofDays(2)).minusSeconds(2));
        assertThat(authority.verify(certificate).name()).as("control").isEqualTo("ann");
        assertThat(authority.revokePerson("ann")).isEqualTo(1);
        assertRefused(() -> authority.verify(certificate), Reason.REVOKED);
        assertThat(authority.revokePerson("ann")).as("a second time").isZero();
    }

    @Test
    void shouldRefuseKeysOfOtherKinds() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        byte[] weak = rsa.generateKeyPair().getPublic().getEncoded();

        for (byte[] bad : List.of(weak, new byte[0], new byte[]{0x30, (byte) 0x84, 0x7f, -1, -1, -1})) {
            assertThatThrownBy(() -> authority.issue(Role.ADMIN, "ann", bad, HOUR))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("public key");
        }
    }

    @Test
    void shouldNotStartWithADamagedListOfRevocations() throws Exception {
        authority.issue(Role.ADMIN, "ann", key.getPublic().getEncoded(), HOUR);
        Files.writeString(data.resolve("pki/certificates"), "damaged\n");

        assertThatThrownBy(() -> Authority.open(data, FABRIC, now::get)).isInstanceOf(StoreException.class)
                .hasMessageContaining("certificates: is damaged");
    }

    @Test
    void shouldTakeATokenOnce() throws Exception {
        byte[] secret = secret(tokens.make(2, HOUR));
        byte[] other = CertificateWriter.newKey().getPublic().getEncoded();

        X509Certificate certificate = tokens.redeem(secret, key.getPublic().getEncoded()).certificate();

        assertThat(authority.verify(certificate)).isEqualTo(new Identity(FABRIC, Role.MEMBER, "2"));
        assertRefused(() -> tokens.redeem(secret, other), Reason.TOKEN_USED);
        JoinTokens again = JoinTokens.open(authority, data, now::get);
        assertRefused(() -> again.redeem(secret, other), Reason.TOKEN_USED);
        assertThat(authority.verify(again.redeem(secret, key.getPublic().getEncoded()).certificate()).name())
                .as("the same member, which has lost the answer").isEqualTo("2");
    }

    @Test
    void shouldRefuseUnknownExpiredAndCancelledTokens() throws Exception {
        byte[] secret = secret(tokens.make(2, HOUR));
        byte[] wrong = secret.clone();
        wrong[3] ^= 1;
        byte[] publicKey = key.getPublic().getEncoded();

        assertRefused(() -> tokens.redeem(wrong, publicKey), Reason.TOKEN_UNKNOWN);
        assertRefused(() -> tokens.redeem(new byte[0], publicKey), Reason.TOKEN_UNKNOWN);
        now.set(now.get().plus(HOUR).plusSeconds(1));
        assertRefused(() -> tokens.redeem(secret, publicKey), Reason.TOKEN_EXPIRED);
        byte[] second = secret(tokens.make(2, HOUR));
        assertThat(tokens.redeem(second, publicKey).certificate()).as("control").isNotNull();
        assertThat(tokens.cancel(2)).as("the expired one and this one").isBetween(1, 2);
        assertRefused(() -> tokens.redeem(second, publicKey), Reason.TOKEN_UNKNOWN);
        assertThat(Files.readString(data.resolve("pki/tokens"))).isEmpty();
    }

    @Test
    void shouldNotUseATokenUpWithABadKey() throws Exception {
        byte[] secret = secret(tokens.make(2, HOUR));

        assertThatThrownBy(() -> tokens.redeem(secret, new byte[]{1})).isInstanceOf(IllegalArgumentException.class);
        assertThat(tokens.redeem(secret, key.getPublic().getEncoded()).certificate()).isNotNull();
    }

    @Test
    void shouldRenewForAMemberThatIsNotRevokedOnly() throws Exception {
        X509Certificate first = tokens.redeem(secret(tokens.make(2, HOUR)), key.getPublic().getEncoded())
                .certificate();
        Identity member = authority.verify(first);
        byte[] next = CertificateWriter.newKey().getPublic().getEncoded();

        assertThat(authority.verify(authority.renew(first, member, next).certificate())).as("control")
                .isEqualTo(member);
        assertThat(authority.revoke(Role.MEMBER, "2")).isEqualTo(2);
        assertRefused(() -> authority.renew(first, member, next), Reason.REVOKED);
    }

    @Test
    void shouldRememberValidCertificatesWhenTheClockWasWrongForAWhile() throws Exception {
        X509Certificate ann = authority.issue(Role.ADMIN, "ann", key.getPublic().getEncoded(), HOUR).certificate();
        Instant right = now.get();

        now.set(right.plus(Duration.ofDays(5000)));
        authority.issue(Role.ADMIN, "bob", key.getPublic().getEncoded(), HOUR);
        now.set(right);
        assertThat(authority.verify(ann).name()).isEqualTo("ann");
    }

    @Test
    void shouldRenewTheControllersCertificateThatIsOfTheFuture() {
        ControllerKey controller = new ControllerKey(authority, "c1", now::get);
        X509Certificate first = controller.getCertificateChain("weft")[0];

        now.set(now.get().minus(Duration.ofDays(500)));
        assertThat(controller.getCertificateChain("weft")[0].getNotBefore().toInstant()).isBefore(now.get());
        assertThat(controller.getCertificateChain("weft")[0]).isNotEqualTo(first);
    }

    @Test
    void shouldRenewTheControllersCertificateByItself() throws Exception {
        ControllerKey controller = new ControllerKey(authority, "c1", now::get);
        X509Certificate first = controller.getCertificateChain("weft")[0];

        now.set(now.get().plus(Duration.ofDays(29)));
        assertThat(controller.getCertificateChain("weft")[0]).isEqualTo(first);
        now.set(now.get().plus(Duration.ofDays(2)));
        X509Certificate second = controller.getCertificateChain("weft")[0];
        assertThat(second).isNotEqualTo(first);
        assertThat(authority.verify(second).role()).isEqualTo(Role.CONTROLLER);
    }

    private static byte[] secret(JoinTokens.Token token) {
        byte[] all = java.util.Base64.getUrlDecoder().decode(token.text().substring(JoinTokens.PREFIX.length()));
        return java.util.Arrays.copyOf(all, 16);
    }

    private static void assertRefused(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RefusedIdentityException.class,
                refused -> assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason));
    }
}
