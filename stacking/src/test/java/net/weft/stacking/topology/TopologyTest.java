package net.weft.stacking.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.weft.stacking.control.MemberState;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.testing.Seed;
import net.weft.vswitch.stack.StackRoutes;
import org.junit.jupiter.api.Test;

/** Random graphs against the plainest possible model. */
class TopologyTest {
    private final Random random = Seed.random(TopologyTest.class);

    private static MemberState state(int member, List<Adjacency> links) {
        return new MemberState(member, 7L * member, 1, 100, 0, true, false, links);
    }

    /** Returns the states of members that are joined by random cables. */
    private List<MemberState> graph(int members, int cables) {
        Map<Integer, List<Adjacency>> links = new HashMap<>();
        for (int n = 0; n < cables; n++) {
            int a = 1 + random.nextInt(members);
            int b = 1 + random.nextInt(members);
            List<Adjacency> ofA = links.computeIfAbsent(a, _ -> new ArrayList<>());
            List<Adjacency> ofB = links.computeIfAbsent(b, _ -> new ArrayList<>());
            if (a != b) {
                int linkA = ofA.size();
                int linkB = ofB.size();
                ofA.add(new Adjacency(linkA, b, linkB));
                ofB.add(new Adjacency(linkB, a, linkA));
            }
        }
        List<MemberState> states = new ArrayList<>();
        for (int n = 1; n <= members; n++) {
            states.add(state(n, links.getOrDefault(n, List.of())));
        }
        return states;
    }

    private static <T> T of(Map<Integer, T> all, int member) {
        return Objects.requireNonNull(all.get(member));
    }

    @Test
    void shouldFloodToEachMemberInReachOnce() {
        for (int n = 0; n < 300; n++) {
            List<MemberState> states = graph(2 + random.nextInt(9), 1 + random.nextInt(20));
            Map<Integer, StackRoutes> routes = new HashMap<>();
            Map<Integer, Topology> topologies = new HashMap<>();
            for (MemberState state : states) {
                List<MemberState> shuffled = new ArrayList<>(states);
                Collections.shuffle(shuffled, random);
                Topology topology = Topology.of(state.member(), shuffled);
                topologies.put(state.member(), topology);
                routes.put(state.member(), topology.routes());
            }
            for (MemberState source : states) {
                Map<Integer, Integer> got = new HashMap<>();
                flood(states, routes, source.member(), source.member(), got);
                Set<Integer> others = new HashSet<>(of(topologies, source.member()).members());
                others.remove(source.member());
                assertThat(got.keySet()).isEqualTo(others);
                assertThat(got.values()).allMatch(copies -> copies == 1);
                others.forEach(to -> assertThat(hops(states, routes, source.member(), to))
                        .isEqualTo(of(routes, source.member()).distance(to)));
            }
        }
    }

    private static void flood(List<MemberState> states, Map<Integer, StackRoutes> routes, int source, int at,
            Map<Integer, Integer> got) {
        for (Adjacency link : states.get(at - 1).adjacencies()) {
            if ((of(routes, at).children(source) >>> link.link() & 1) != 0) {
                int to = link.neighbor();
                assertThat(of(routes, to).acceptsFlood(link.neighborLink(), source, of(routes, at).digest())).isTrue();
                assertThat(got.merge(to, 1, Integer::sum)).as("copies at member %d", to).isEqualTo(1);
                flood(states, routes, source, to, got);
            }
        }
    }

    /** Follows a frame by any of the links that lead to its destination. */
    private int hops(List<MemberState> states, Map<Integer, StackRoutes> routes, int from, int to) {
        int at = from;
        int hops = 0;
        while (at != to) {
            int link = StackRoutes.pick(of(routes, at).nextHops(to), random.nextInt());
            Adjacency next = states.get(at - 1).adjacencies().get(link);
            at = next.neighbor();
            assertThat(++hops).isLessThanOrEqualTo(states.size());
        }
        return hops;
    }

    @Test
    void shouldCountALinkOnlyWhereBothEndsNameEachOther() {
        MemberState one = state(1, List.of(new Adjacency(0, 2, 0)));
        assertThat(Topology.of(1, List.of(one, state(2, List.of()))).members()).containsExactly(1);
        assertThat(Topology.of(1, List.of(one, state(2, List.of(new Adjacency(0, 1, 1))))).members())
                .containsExactly(1);
        assertThat(Topology.of(1, List.of(one, state(2, List.of(new Adjacency(0, 1, 0))))).members())
                .containsExactly(1, 2);
    }

    @Test
    void shouldNameEachTopologyDifferently() {
        MemberState one = state(1, List.of(new Adjacency(0, 2, 0), new Adjacency(1, 2, 1)));
        MemberState two = state(2, List.of(new Adjacency(0, 1, 0), new Adjacency(1, 1, 1)));
        MemberState less = state(2, List.of(new Adjacency(0, 1, 0)));
        MemberState restarted = new MemberState(2, 99, 1, 100, 0, true, false, two.adjacencies());
        long digest = Topology.of(1, List.of(one, two)).digest();
        assertThat(digest).isEqualTo(Topology.of(2, List.of(two, one)).digest())
                .isNotEqualTo(Topology.of(1, List.of(one, less)).digest())
                .isNotEqualTo(Topology.of(1, List.of(one, restarted)).digest());
    }

    @Test
    void shouldElectByHealthOfficePriorityUptimeAndNumber() {
        MemberState low = new MemberState(1, 0, 1, 50, 1000, true, false, List.of());
        MemberState high = new MemberState(2, 0, 1, 200, 1000, true, false, List.of());
        assertThat(Election.master(List.of(low, high))).isEqualTo(2);
        MemberState inOffice = new MemberState(1, 0, 1, 50, 1000, true, true, List.of());
        assertThat(Election.master(List.of(inOffice, high))).as("nobody preempts").isEqualTo(1);
        MemberState ill = new MemberState(1, 0, 1, 50, 1000, false, true, List.of());
        assertThat(Election.master(List.of(ill, high))).isEqualTo(2);
        MemberState young = new MemberState(3, 0, 1, 200, 300, true, false, List.of());
        MemberState old = new MemberState(4, 0, 1, 200, 901, true, false, List.of());
        assertThat(Election.master(List.of(young, old))).as("601 s are no tie").isEqualTo(4);
        assertThat(Election.master(List.of(young, new MemberState(4, 0, 1, 200, 900, true, false, List.of()))))
                .as("600 s are a tie").isEqualTo(3);
    }
}
