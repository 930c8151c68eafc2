package net.weft.controller.server;

/** There is no revision of this number, or it is no longer kept. */
public final class UnknownRevisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownRevisionException(long number, String kept) {
        super("there is no revision " + number + "; " + kept);
    }
}
