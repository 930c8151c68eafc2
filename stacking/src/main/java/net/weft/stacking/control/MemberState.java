package net.weft.stacking.control;

import java.util.List;

/**
 * What a member says of itself to all others: its links that work, and what the election looks at.
 *
 * @param member number of the member, 1-65534
 * @param incarnation random number of this run of the member
 * @param sequence grows with each change; the greater one of two states of a member is the newer
 * @param priority 0-65535, the greater wins elections
 * @param uptimeSeconds seconds since the member started
 * @param isHealthy false while the member cannot do its work, so that it should not be the master
 * @param isMaster whether the member was the master long enough to be confirmed in office
 * @param adjacencies links that are up, sorted by link number
 * @param lags link aggregations over several members of which the member has legs in use, sorted by number, at most {@value #MOST_LAGS}
 */
public record MemberState(int member, long incarnation, long sequence, int priority, long uptimeSeconds,
        boolean isHealthy, boolean isMaster, List<Adjacency> adjacencies, List<LagUse> lags) {
    /** Bound of {@link #lags}, so that a state fits into one message. */
    public static final int MOST_LAGS = 100;

    public MemberState {
        adjacencies = List.copyOf(adjacencies);
        lags = List.copyOf(lags);
    }

    /** Creates the state of a member without such link aggregations. */
    public MemberState(int member, long incarnation, long sequence, int priority, long uptimeSeconds,
            boolean isHealthy, boolean isMaster, List<Adjacency> adjacencies) {
        this(member, incarnation, sequence, priority, uptimeSeconds, isHealthy, isMaster, adjacencies, List.of());
    }

    /**
     * A link aggregation over several members of which the member has a leg in use.
     *
     * @param number number of its port, 1-65535
     * @param partner names the system and the group that the legs lead to
     */
    public record LagUse(int number, long partner) {
    }

    /**
     * A link of the member that is up.
     *
     * @param link number of the member's stack link, 0-31
     * @param neighbor number of the member at its other end
     * @param neighborLink number of the neighbour's stack link
     */
    public record Adjacency(int link, int neighbor, int neighborLink) {
    }

    /** Returns whether this state replaces another one of the same member. */
    public boolean isNewerThan(MemberState other) {
        return sequence != other.sequence ? sequence > other.sequence : incarnation > other.incarnation;
    }
}
