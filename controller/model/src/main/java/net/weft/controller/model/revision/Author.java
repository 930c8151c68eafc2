package net.weft.controller.model.revision;

import java.time.Instant;

/**
 * Who commits, when and why.
 *
 * @param comment free text, may be empty
 */
public record Author(Instant time, String who, String comment) {
}
