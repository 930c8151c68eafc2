package net.weft.controller.model;

import java.util.Locale;
import java.util.Optional;

/**
 * The owner and permissions of a Unix socket that Weft creates.
 *
 * @param owner user name or number; empty: the user Weft runs as
 * @param group group name or number; empty: the group Weft runs as
 * @param mode permission bits, 0-0777
 */
public record SocketAccess(Optional<String> owner, Optional<String> group, int mode) {
    public static final int DEFAULT_MODE = 0660;
    public static final SocketAccess DEFAULT = new SocketAccess(Optional.empty(), Optional.empty(), DEFAULT_MODE);

    /** Returns the permission bits as in the file, {@code 0660}. */
    public String modeText() {
        return String.format(Locale.ROOT, "%04o", mode);
    }
}
