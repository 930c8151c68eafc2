package net.weft.zone;

/** The action of a policy for the packets that it matches. */
public enum Action {
    ALLOW,
    /** Drops the packet silently. */
    DROP,
    /** Drops the packet and notifies the sender: by a TCP reset, or by ICMP or ICMPv6 unreachable. */
    REJECT
}
