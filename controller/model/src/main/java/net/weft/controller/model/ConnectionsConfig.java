package net.weft.controller.model;

import net.weft.zone.ConnectionLimits;
import net.weft.zone.Timeouts;

/** Limits and timeouts of the connection table. */
public record ConnectionsConfig(ConnectionLimits limits, Timeouts timeouts) {
    public static final ConnectionsConfig DEFAULT = new ConnectionsConfig(ConnectionLimits.DEFAULT, Timeouts.DEFAULT);
    public static final int MIN_TOTAL = 1 << 10;
    /** Capacity of the connection table. */
    public static final int MAX_TOTAL = 1 << 23;
    /** The longest timeout: 30 days. */
    public static final int MAX_SECONDS = 30 * 24 * 3600;
}
