package net.weft.controller.model.revision;

import java.time.Duration;

/**
 * The terms on which a revision was committed with {@code --confirm-within}: unless it is confirmed in time, and by the same run of the
 * controller, the revision to fall back to becomes the newest again.
 *
 * @param fallback number of the revision to fall back to
 * @param within longest time until the confirmation, as the monotonic clock measures it
 * @param boot ID of the boot in which the revision was committed
 */
public record Trial(long fallback, Duration within, String boot) {
}
