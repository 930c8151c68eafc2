package net.weft.controller.model;

import net.weft.zone.ConnectionLimits;
import net.weft.zone.Timeouts;

/** How many connections are remembered, and for how long. */
public record ConnectionsConfig(ConnectionLimits limits, Timeouts timeouts) {
    public static final ConnectionsConfig DEFAULT = new ConnectionsConfig(ConnectionLimits.DEFAULT, Timeouts.DEFAULT);
    public static final int MIN_TOTAL = 1 << 10;
    /** What the table can hold. */
    public static final int MAX_TOTAL = 1 << 23;
    /** A month. */
    public static final int MAX_SECONDS = 30 * 24 * 3600;
}
