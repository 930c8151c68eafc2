package net.weft.controller.server;

import org.jspecify.annotations.Nullable;

/**
 * The control socket cannot be created. The message tells the user of the command the fault, the path and what to do.
 */
public final class ControlSocketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ControlSocketException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
