package net.weft.controller.server.pki;

/** A certificate or a token is not accepted; the message says why and what to do. */
public final class RefusedIdentityException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, as a word for counters. */
    public enum Reason {
        NO_CERTIFICATE, FOREIGN, EXPIRED, NOT_YET_VALID, REVOKED, TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_USED, NOT_PERMITTED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    public RefusedIdentityException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
