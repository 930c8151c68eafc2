package net.weft.zone;

/** The result of a policy lookup as one int: the {@link Action}, the flags of the policy, and its id. */
public final class PolicyDecision {
    /** The mask of the action, {@link Action#ordinal}. */
    public static final int ACTION = 3;
    public static final int LOG = 1 << 2;
    public static final int KEEP_ESTABLISHED = 1 << 3;
    public static final int MIDSTREAM = 1 << 4;
    public static final int STATELESS = 1 << 5;
    public static final int MULTICAST_REPLIES = 1 << 6;
    /**
     * The value of {@link #policy} when no policy matched, so that {@code intra} or the separation of zones decided.
     */
    public static final int NO_POLICY = -1;
    private static final int POLICY_SHIFT = 7;
    private static final Action[] ACTIONS = Action.values();

    private PolicyDecision() {
    }

    /** Returns the decision of a policy. */
    public static int of(Policy policy) {
        return policy.action().ordinal() | (policy.log() ? LOG : 0)
                | (policy.keepEstablished() ? KEEP_ESTABLISHED : 0) | (policy.midstream() ? MIDSTREAM : 0)
                | (policy.stateless() ? STATELESS : 0) | (policy.multicastReplies() ? MULTICAST_REPLIES : 0)
                | policy.id() + 1 << POLICY_SHIFT;
    }

    /** Returns the decision where no policy matches. */
    public static int withoutPolicy(boolean allowed) {
        return allowed ? Action.ALLOW.ordinal() : Action.DROP.ordinal();
    }

    /** Returns the decision "allowed" by the policy with this {@link Policy#id}, or by {@link #NO_POLICY}. */
    public static int allowedBy(int policy) {
        return Action.ALLOW.ordinal() | policy + 1 << POLICY_SHIFT;
    }

    public static Action action(int decision) {
        return ACTIONS[decision & ACTION];
    }

    public static boolean isAllowed(int decision) {
        return (decision & ACTION) == 0;
    }

    /** Returns the {@link Policy#id} of the policy, or {@link #NO_POLICY}. */
    public static int policy(int decision) {
        return (decision >>> POLICY_SHIFT) - 1;
    }
}
