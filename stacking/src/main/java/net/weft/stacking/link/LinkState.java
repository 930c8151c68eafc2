package net.weft.stacking.link;

/** The state of a stack link. */
public enum LinkState {
    /** The device has no carrier. */
    NO_CARRIER,
    /** No hello arrives. */
    SILENT,
    /** Hellos arrive, but the neighbour does not hear this member. */
    ONE_WAY,
    /** Both hear each other; the link failed lately and must prove itself first. */
    DAMPED,
    /** The link carries frames. */
    UP
}
