package net.weft.controller.server.backup;

/** A file is no backup that can be restored; the message says why. */
public final class InvalidBackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidBackupException(String message) {
        super(message);
    }
}
