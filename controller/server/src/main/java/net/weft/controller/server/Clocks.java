package net.weft.controller.server;

import java.time.InstantSource;

/**
 * The clocks of a fabric.
 *
 * @param day the time of the day, for what is recorded
 * @param timer measures the time for a confirmation
 * @param boot ID of this boot of the host
 */
public record Clocks(InstantSource day, Timer timer, String boot) {
}
