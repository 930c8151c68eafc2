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
 */
public record MemberState(int member, long incarnation, long sequence, int priority, long uptimeSeconds,
        boolean isHealthy, boolean isMaster, List<Adjacency> adjacencies) {
    public MemberState {
        adjacencies = List.copyOf(adjacencies);
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
