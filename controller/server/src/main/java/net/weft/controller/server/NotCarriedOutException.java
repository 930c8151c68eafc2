package net.weft.controller.server;

/** A revision is stored, but a member does not run it yet; the member keeps retrying. */
public final class NotCarriedOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCarriedOutException(long revision, String reason) {
        super("revision " + revision + " is stored, but " + reason
                + "; it is tried again by itself, and `weft show members` says when it runs");
    }
}
