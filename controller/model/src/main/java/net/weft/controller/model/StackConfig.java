package net.weft.controller.model;

import java.util.Optional;

/**
 * The settings of the stack as a whole.
 *
 * @param keyFile absolute path, or one relative to the data directory, of a file with the fabric's stack key; empty: the key that the
 *     first commit makes
 * @param isProtected whether stack links are authenticated or sealed; false: {@code link-protection: none}
 */
public record StackConfig(Optional<String> keyFile, boolean isProtected) {
    public static final StackConfig DEFAULT = new StackConfig(Optional.empty(), true);
}
