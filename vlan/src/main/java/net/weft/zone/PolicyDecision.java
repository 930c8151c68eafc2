package net.weft.zone;

/** What the policies say of a packet, as one int: an {@link Action}, the policy's own words, and which policy it was. */
public final class PolicyDecision {
    /** Bits of the action, {@link Action#ordinal}. */
    public static final int ACTION = 3;
    public static final int LOG = 1 << 2;
    public static final int KEEP_ESTABLISHED = 1 << 3;
    public static final int MIDSTREAM = 1 << 4;
    public static final int STATELESS = 1 << 5;
    /** {@link #policy}: none matched; {@code intra}, or that zones are apart, decided. */
    public static final int NO_POLICY = -1;
    private static final int POLICY_SHIFT = 6;
    private static final Action[] ACTIONS = Action.values();

    private PolicyDecision() {
    }

    /** What a policy says. */
    public static int of(Policy policy) {
        return policy.action().ordinal() | (policy.log() ? LOG : 0)
                | (policy.keepEstablished() ? KEEP_ESTABLISHED : 0) | (policy.midstream() ? MIDSTREAM : 0)
                | (policy.stateless() ? STATELESS : 0) | policy.id() + 1 << POLICY_SHIFT;
    }

    /** What is said where no policy matches. */
    public static int withoutPolicy(boolean allowed) {
        return allowed ? Action.ALLOW.ordinal() : Action.DROP.ordinal();
    }

    /** Allowed by the policy with this {@link Policy#id}, or by {@link #NO_POLICY}. */
    public static int allowedBy(int policy) {
        return Action.ALLOW.ordinal() | policy + 1 << POLICY_SHIFT;
    }

    public static Action action(int decision) {
        return ACTIONS[decision & ACTION];
    }

    public static boolean isAllowed(int decision) {
        return (decision & ACTION) == 0;
    }

    /** The policy's {@link Policy#id}, or {@link #NO_POLICY}. */
    public static int policy(int decision) {
        return (decision >>> POLICY_SHIFT) - 1;
    }
}
