package net.weft.stacking.topology;

import java.util.Comparator;
import java.util.List;
import net.weft.stacking.control.MemberState;

/**
 * Elects the master of a stack. The order is: healthy members, members in office, the greater priority, the longer uptime (members
 * within {@value #TIE_SECONDS} s of the longest are equal), the lower number. Nobody takes the office from a healthy master,
 * whatever its priority; that is why a member counts as in office only after {@link #CONFIRMED_NS}: members that start together
 * are all masters of themselves for a moment.
 */
public final class Election {
    /** Uptimes within this of the longest are equal, seconds. */
    public static final int TIE_SECONDS = 600;
    /** Time as the master after which a member is in office. */
    public static final long CONFIRMED_NS = 20_000_000_000L;

    private Election() {
    }

    /**
     * Returns the number of the master, the same on every member that knows the same states.
     *
     * @param present the states of all members in reach, at least one
     */
    public static int master(List<MemberState> present) {
        long longest = present.stream().mapToLong(MemberState::uptimeSeconds).max().orElse(0);
        return present.stream().min(Comparator.comparing((MemberState state) -> !state.isHealthy())
                .thenComparing(state -> !state.isMaster())
                .thenComparing(Comparator.comparingInt(MemberState::priority).reversed())
                .thenComparing(state -> state.uptimeSeconds() < longest - TIE_SECONDS)
                .thenComparingInt(MemberState::member)).map(MemberState::member).orElse(0);
    }
}
