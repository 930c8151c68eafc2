package net.weft.controller.server;

import org.jspecify.annotations.Nullable;

/** The control socket cannot be made. The message is for the person at the command: what, where, what to do. */
public final class ControlSocketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ControlSocketException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
