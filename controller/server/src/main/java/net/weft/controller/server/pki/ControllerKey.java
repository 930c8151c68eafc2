package net.weft.controller.server.pki;

import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import net.weft.controller.server.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The key of a controller for TLS. It is made with the process and stays in its memory; its certificate is issued anew
 * when a third of its time is over, so that nothing has to be restarted for that.
 */
public final class ControllerKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "weft";
    private static final String TYPE = "EC";
    private static final System.Logger LOG = System.getLogger("net.weft.controller");
    private static final Duration RETRY = Duration.ofHours(1);
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final Authority authority;
    private final String controller;
    private final InstantSource clock;
    private final KeyPair pair = CertificateWriter.newKey();
    private X509Certificate[] chain;
    private Instant renewAt;

    /** @param controller ID of the controller */
    public ControllerKey(Authority authority, String controller, InstantSource clock) {
        this.authority = authority;
        this.controller = controller;
        this.clock = clock;
        renewAt = clock.instant().plus(VALIDITY.dividedBy(3));
        chain = issue();
    }

    private X509Certificate[] issue() {
        return new X509Certificate[]{
                authority.issue(Role.CONTROLLER, controller, pair.getPublic(), VALIDITY).certificate(),
                authority.certificate()};
    }

    @Override
    public synchronized X509Certificate[] getCertificateChain(String alias) {
        Instant now = clock.instant();
        if (now.isAfter(renewAt) || now.isBefore(chain[0].getNotBefore().toInstant())) {
            renew(now);
        }
        return chain.clone();
    }

    /** Issues another certificate; keeps the old one, which is valid for two thirds of its time yet, if that cannot be stored. */
    private void renew(Instant now) {
        try {
            chain = issue();
            renewAt = now.plus(VALIDITY.dividedBy(3));
        } catch (StoreException e) {
            renewAt = now.plus(RETRY);
            LOG.log(System.Logger.Level.WARNING, "the controller's certificate is not renewed yet: " + e.getMessage());
        }
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pair.getPrivate();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return type.startsWith(TYPE) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return type.startsWith(TYPE) ? ALIAS : null;
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[]{ALIAS};
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
