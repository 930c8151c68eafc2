package net.weft.stacking.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.weft.stacking.control.MemberState;
import net.weft.stacking.control.MemberState.Adjacency;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of each member that was heard of. Members exchange them until all in reach have the same; {@link #digest} says
 * whether that is so. A state of a member that is out of reach is kept for {@link #KEPT_NS}, because its sequence number tells a
 * newer one. At most {@value #MOST_MEMBERS} members are remembered. One thread.
 */
public final class LinkStates {
    /** Bound of what a neighbour can make this member remember. */
    public static final int MOST_MEMBERS = 64;
    static final long KEPT_NS = 60_000_000_000L;

    private final int self;
    private final Map<Integer, MemberState> states = new TreeMap<>();
    private final Map<Integer, Long> reachedNs = new HashMap<>();
    private Topology topology;

    /** @param own the state of this member */
    public LinkStates(MemberState own) {
        self = own.member();
        states.put(self, own);
        topology = Topology.of(self, states.values());
    }

    /** The topology that follows from the states. */
    public Topology topology() {
        return topology;
    }

    /** The newest state of a member, or null. */
    public @Nullable MemberState of(int member) {
        return states.get(member);
    }

    /** The states of all members that are remembered. */
    public List<MemberState> all() {
        return List.copyOf(states.values());
    }

    /** The states of the members in reach, this one included. */
    public List<MemberState> present() {
        List<MemberState> present = new ArrayList<>();
        states.forEach((member, state) -> {
            if (topology.contains(member)) {
                present.add(state);
            }
        });
        return present;
    }

    /** Replaces this member's own state. */
    public void own(MemberState state, long nowNs) {
        states.put(self, state);
        compute(nowNs);
    }

    /** Takes a state of another member if it is newer than the known one, and returns whether it did. */
    public boolean learn(MemberState state, long nowNs) {
        MemberState known = states.get(state.member());
        if (state.member() == self || known != null && !state.isNewerThan(known)
                || known == null && states.size() >= MOST_MEMBERS) {
            return false;
        }
        states.put(state.member(), state);
        reachedNs.put(state.member(), nowNs);
        compute(nowNs);
        return true;
    }

    /** Forgets members that were out of reach for long. */
    public void age(long nowNs) {
        states.keySet().forEach(member -> {
            if (topology.contains(member)) {
                reachedNs.put(member, nowNs);
            }
        });
        states.keySet().removeIf(
                member -> member != self && nowNs - reachedNs.getOrDefault(member, nowNs) > KEPT_NS);
        reachedNs.keySet().retainAll(states.keySet());
    }

    /** Names the states of the members in reach: two neighbours with the same digest have nothing to tell each other. */
    public long digest() {
        long digest = 1;
        for (MemberState state : states.values()) {
            if (topology.contains(state.member())) {
                digest = Digest.mix(digest, state.member());
                digest = Digest.mix(digest, state.incarnation());
                digest = Digest.mix(digest, state.sequence());
            }
        }
        return digest;
    }

    private void compute(long nowNs) {
        topology = Topology.of(self, states.values());
        age(nowNs);
    }

    /** Returns an adjacency of a state, or null. */
    static @Nullable Adjacency adjacency(@Nullable MemberState state, int link) {
        if (state != null) {
            for (Adjacency adjacency : state.adjacencies()) {
                if (adjacency.link() == link) {
                    return adjacency;
                }
            }
        }
        return null;
    }
}
