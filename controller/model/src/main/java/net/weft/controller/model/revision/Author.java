package net.weft.controller.model.revision;

import java.time.Instant;

/**
 * The author of a commit, with its time and comment.
 *
 * @param comment free text, may be empty
 */
public record Author(Instant time, String who, String comment) {
}
