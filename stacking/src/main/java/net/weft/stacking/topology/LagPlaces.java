package net.weft.stacking.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import net.weft.stacking.control.MemberState;
import net.weft.vswitch.stack.StackLags;

/**
 * At which members in reach the link aggregations over several members have legs in use, as their states say. All members that have the same
 * states compute the same {@link #epoch} and the same designated forwarders. Legs must lead to one partner: the one that the member of the
 * lowest number has counts, and legs of members that have another one do not. Immutable.
 */
public final class LagPlaces {
    /** Nothing is in use anywhere. */
    public static final LagPlaces NONE = of(List.of());

    /** By port number of the LAG: the partner of each member that has legs in use, in ascending order of members. */
    private final Map<Integer, SequencedMap<Integer, Long>> partners = new TreeMap<>();
    private final int epoch;

    private LagPlaces(Collection<MemberState> states) {
        Map<Integer, MemberState> sorted = new TreeMap<>();
        states.forEach(state -> sorted.put(state.member(), state));
        long digest = 1;
        for (MemberState state : sorted.values()) {
            for (MemberState.LagUse lag : state.lags()) {
                partners.computeIfAbsent(lag.number(), _ -> new TreeMap<>()).put(state.member(), lag.partner());
                digest = Digest.mix(Digest.mix(digest, (long) state.member() << 32 | lag.number()), lag.partner());
            }
        }
        epoch = (int) (digest ^ digest >>> 32);
    }

    /** @param states those of the members in reach, one a member */
    static LagPlaces of(Collection<MemberState> states) {
        return new LagPlaces(states);
    }

    /** Names what is known: members with the same epoch choose the same forwarders. */
    public int epoch() {
        return epoch;
    }

    /** Returns the members that have legs of a LAG in use, all to one partner, in ascending order. @param lag number of its port */
    public List<Integer> members(int lag) {
        SequencedMap<Integer, Long> all = partners.get(lag);
        List<Integer> members = new ArrayList<>();
        if (all != null) {
            Long counts = all.firstEntry().getValue();
            all.forEach((member, partner) -> {
                if (partner.equals(counts)) {
                    members.add(member);
                }
            });
        }
        return members;
    }

    /** Returns the port numbers of the LAGs that have legs in use. */
    public List<Integer> lags() {
        return List.copyOf(partners.keySet());
    }

    /** Returns the member whose partner counts, 0 if no leg is in use. @param lag number of its port */
    public int first(int lag) {
        SequencedMap<Integer, Long> all = partners.get(lag);
        return all == null ? 0 : all.firstEntry().getKey();
    }

    /** Returns the partner that legs of a LAG must lead to, 0 if any will do because no member has a leg in use. */
    public long partner(int lag) {
        SequencedMap<Integer, Long> all = partners.get(lag);
        return all == null ? 0 : all.firstEntry().getValue();
    }

    /** Returns the member whose legs carry the floods of members that have none in use, 0 if no leg is in use. */
    public int designated(int lag) {
        List<Integer> members = members(lag);
        return members.isEmpty() ? 0 : members.get(lag % members.size());
    }

    /** Returns what the workers of a member need. @param ways that of the member to the others */
    StackLags lags(int self, int mostMembers, Ways ways) {
        int upper = partners.isEmpty() ? 0 : lags().getLast() + 1;
        StackLags.Builder lags = new StackLags.Builder(self, epoch, upper, mostMembers);
        for (int lag : partners.keySet()) {
            List<Integer> members = members(lag);
            int nearest = members.stream().filter(member -> member != self).mapToInt(ways::distance).min().orElse(0);
            int towards = members.stream().filter(member -> member != self && ways.distance(member) == nearest)
                    .mapToInt(ways::towards).reduce(0, (a, b) -> a | b);
            lags.lag(lag, members, designated(lag), towards);
        }
        return lags.build();
    }

    /** The shortest ways of one member. */
    interface Ways {
        /** Number of links to a member. */
        int distance(int member);

        /** The member's own links that lead there, a bit a link. */
        int towards(int member);
    }
}
