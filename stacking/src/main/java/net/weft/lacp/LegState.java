package net.weft.lacp;

import java.util.Locale;

/** The state of a leg as {@code weft show lags} prints it. */
public enum LegState {
    /** The port has no carrier or is disabled. */
    DOWN,
    /** The leg could be used, but is not: see its {@link Reason}. */
    STANDBY,
    /** No LACP is heard, or the partner does not aggregate this link. */
    INDIVIDUAL,
    /** The leg belongs to the LAG, and waits for the partner to be in synchronization. */
    ATTACHED,
    /** The leg receives, and sends nothing. */
    COLLECTING,
    /** The leg receives and sends. */
    DISTRIBUTING,
    /** An operator has taken the leg out of service, and the partner sends nothing on it. */
    DRAINED;

    /** The word of the command line and the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
