package net.weft.lacp;

/** Which of the two mux machines of IEEE 802.1AX-2014, 6.4.15 a LAG's legs run. */
public enum MuxControl {
    /** Collecting and distributing begin together, as soon as the partner is in synchronization. */
    COUPLED,
    /** A leg collects first, and distributes once the partner collects. */
    INDEPENDENT
}
