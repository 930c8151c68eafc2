package net.weft.zone;

/** What is to happen with a frame that the zones were asked about: {@link #ALLOW}, or why not. Ints, as they are made for each packet. */
public final class ZoneVerdict {
    public static final int ALLOW = 0;
    /** No policy matches and the zones are apart. */
    public static final int ZONE_DENIED = 1;
    /** A policy with {@code action: drop}. */
    public static final int POLICY_DROP = 2;
    /** A policy with {@code action: reject}: the sender is to be told. */
    public static final int POLICY_REJECT = 3;
    /** Of no connection, or not what its connection expects. */
    public static final int INVALID_STATE = 4;
    /** A fragment without its first, or overlapping another. */
    public static final int FRAGMENT = 5;
    /** A connection too many. */
    public static final int CONNECTION_LIMIT = 6;

    private ZoneVerdict() {
    }

    /** The verdict on a packet that stands for itself. */
    public static int of(int decision) {
        return switch (PolicyDecision.action(decision)) {
            case ALLOW -> ALLOW;
            case DROP -> PolicyDecision.policy(decision) == PolicyDecision.NO_POLICY ? ZONE_DENIED : POLICY_DROP;
            case REJECT -> POLICY_REJECT;
        };
    }
}
