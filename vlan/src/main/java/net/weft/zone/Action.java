package net.weft.zone;

/** What a policy has done with what it matches. */
public enum Action {
    ALLOW,
    /** Silence. */
    DROP,
    /** The sender is told: TCP by a reset, others by ICMP or ICMPv6 unreachable. */
    REJECT
}
