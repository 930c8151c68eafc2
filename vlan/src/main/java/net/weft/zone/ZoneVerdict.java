package net.weft.zone;

/**
 * The verdict of the zones on a frame: {@link #ALLOW}, or the reason for a drop. Ints, because there is one for each
 * packet.
 */
public final class ZoneVerdict {
    public static final int ALLOW = 0;
    /** No policy matches, and traffic between the zones is not allowed. */
    public static final int ZONE_DENIED = 1;
    /** A policy with {@code action: drop}. */
    public static final int POLICY_DROP = 2;
    /** A policy with {@code action: reject}: the sender must be notified. */
    public static final int POLICY_REJECT = 3;
    /** The packet belongs to no connection, or does not fit the state of its connection. */
    public static final int INVALID_STATE = 4;
    /** A fragment whose first fragment is missing, or that overlaps another one. */
    public static final int FRAGMENT = 5;
    /** The connection would exceed a limit. */
    public static final int CONNECTION_LIMIT = 6;

    private ZoneVerdict() {
    }

    /** Returns the verdict on a packet that is evaluated without a connection. */
    public static int of(int decision) {
        return switch (PolicyDecision.action(decision)) {
            case ALLOW -> ALLOW;
            case DROP -> PolicyDecision.policy(decision) == PolicyDecision.NO_POLICY ? ZONE_DENIED : POLICY_DROP;
            case REJECT -> POLICY_REJECT;
        };
    }
}
