package net.weft.vswitch.attach;

/** A migration cannot be started or aborted; nothing was changed. The message says why and what to do. */
public final class MigrationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MigrationRefusedException(String message) {
        super(message);
    }
}
