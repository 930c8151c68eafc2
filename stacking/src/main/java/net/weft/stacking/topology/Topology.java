package net.weft.stacking.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.weft.stacking.control.MemberState;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.vswitch.stack.StackRoutes;

/**
 * The members in reach of one member and the links between them, as their link states say. A link counts if both ends name each
 * other. All members of a stack that have the same link states compute the same {@link #digest}, the same trees and the same
 * shortest ways, because nothing but members and links goes in, and every choice goes to the lower number. Immutable.
 *
 * <p>In the tree of a source member the parent of a member is its neighbour of the lowest number that is one link closer to the
 * source. Of parallel links between the two, the source's number chooses one, so that the floods of different members share them.
 */
public final class Topology {
    /**
     * A link between two members; {@code a} has the lower number.
     *
     * @param linkA number of the link at {@code a}
     */
    public record Link(int a, int linkA, int b, int linkB) {
        boolean joins(int member) {
            return a == member || b == member;
        }

        int other(int member) {
            return a == member ? b : a;
        }

        int linkAt(int member) {
            return a == member ? linkA : linkB;
        }
    }

    private static final int FAR = Integer.MAX_VALUE;
    private static final Comparator<Link> ORDER = Comparator.comparingInt(Link::a).thenComparingInt(Link::linkA)
            .thenComparingInt(Link::b).thenComparingInt(Link::linkB);

    private final int self;
    private final SortedSet<Integer> members;
    private final List<Link> links;
    private final Map<Integer, List<Link>> linksOf = new HashMap<>();
    private final long digest;
    private final LagPlaces lags;

    private Topology(int self, SortedSet<Integer> members, List<Link> links, long digest, LagPlaces lags) {
        this.lags = lags;
        this.self = self;
        this.members = members;
        this.links = links;
        this.digest = digest;
        for (Link link : links) {
            linksOf.computeIfAbsent(link.a, _ -> new ArrayList<>()).add(link);
            linksOf.computeIfAbsent(link.b, _ -> new ArrayList<>()).add(link);
        }
    }

    /** Computes the topology. @param states one state a member at most, that of {@code self} included */
    public static Topology of(int self, Collection<MemberState> states) {
        Map<Integer, MemberState> byMember = new TreeMap<>();
        states.forEach(state -> byMember.put(state.member(), state));
        List<Link> all = new ArrayList<>();
        for (MemberState state : byMember.values()) {
            for (Adjacency adjacency : state.adjacencies()) {
                Adjacency back = LinkStates.adjacency(byMember.get(adjacency.neighbor()), adjacency.neighborLink());
                if (state.member() < adjacency.neighbor() && back != null && back.neighbor() == state.member()
                        && back.neighborLink() == adjacency.link()) {
                    all.add(new Link(state.member(), adjacency.link(), adjacency.neighbor(), adjacency.neighborLink()));
                }
            }
        }
        SortedSet<Integer> reached = reached(self, all);
        List<Link> links = all.stream().filter(link -> reached.contains(link.a)).sorted(ORDER).toList();
        long digest = 1;
        for (int member : reached) {
            MemberState state = byMember.get(member);
            digest = Digest.mix(Digest.mix(digest, member), state == null ? 0 : state.incarnation());
        }
        for (Link link : links) {
            digest = Digest.mix(Digest.mix(digest, (long) link.a << 32 | link.linkA), (long) link.b << 32 | link.linkB);
        }
        return new Topology(self, reached, links, digest,
                LagPlaces.of(byMember.values().stream().filter(state -> reached.contains(state.member())).toList()));
    }

    private static SortedSet<Integer> reached(int self, List<Link> links) {
        SortedSet<Integer> reached = new TreeSet<>();
        reached.add(self);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Link link : links) {
                if (reached.contains(link.a) != reached.contains(link.b)) {
                    reached.add(link.a);
                    reached.add(link.b);
                    grows = true;
                }
            }
        }
        return reached;
    }

    /** The members in reach, in ascending order, this one included. */
    public SortedSet<Integer> members() {
        return members;
    }

    /** Returns whether a member is in reach. */
    public boolean contains(int member) {
        return members.contains(member);
    }

    /** The links between members in reach, in an order that is the same on every member. */
    public List<Link> links() {
        return links;
    }

    /** Names the topology; the same on all members that have the same one. */
    public long digest() {
        return digest;
    }

    /** Returns at which members link aggregations have legs in use, which is no part of {@link #digest}. */
    public LagPlaces lags() {
        return lags;
    }

    // ---- ways --------------------------------------------------------------------------------------------------------

    /** Returns the number of links between a member and each in its reach. */
    Map<Integer, Integer> distances(int from) {
        Map<Integer, Integer> distances = new HashMap<>();
        ArrayDeque<Integer> next = new ArrayDeque<>(List.of(from));
        distances.put(from, 0);
        while (!next.isEmpty()) {
            int member = next.remove();
            int further = distances.getOrDefault(member, 0) + 1;
            for (Link link : linksOf.getOrDefault(member, List.of())) {
                if (distances.putIfAbsent(link.other(member), further) == null) {
                    next.add(link.other(member));
                }
            }
        }
        return distances;
    }

    /** Returns, by member, the link towards the source in the source's tree. */
    Map<Integer, Link> tree(int source) {
        Map<Integer, Integer> distances = distances(source);
        Map<Integer, Link> parents = new TreeMap<>();
        for (int member : members) {
            int closer = distances.getOrDefault(member, FAR) - 1;
            List<Link> up = linksOf.getOrDefault(member, List.of()).stream()
                    .filter(link -> distances.getOrDefault(link.other(member), FAR) == closer).toList();
            int parent = up.stream().mapToInt(link -> link.other(member)).min().orElse(0);
            List<Link> parallel = up.stream().filter(link -> link.other(member) == parent).toList();
            if (member != source && !parallel.isEmpty()) {
                parents.put(member, parallel.get(source % parallel.size()));
            }
        }
        return parents;
    }

    /** Returns what the workers of this member need. Links are numbered as this member does. */
    public StackRoutes routes() {
        StackRoutes.Builder routes = new StackRoutes.Builder(self, digest, members.last() + 1);
        Map<Integer, Integer> distances = distances(self);
        Map<Integer, Map<Integer, Integer>> fromNeighbor = new HashMap<>();
        List<Link> own = linksOf.getOrDefault(self, List.of());
        own.forEach(link -> fromNeighbor.computeIfAbsent(link.other(self), this::distances));
        Map<Integer, Integer> firstLinks = new HashMap<>();
        for (int member : members) {
            int distance = distances.getOrDefault(member, FAR);
            int towards = 0;
            for (Link link : own) {
                if (fromNeighbor.getOrDefault(link.other(self), Map.of()).getOrDefault(member, FAR) == distance - 1) {
                    towards |= 1 << link.linkAt(self);
                }
            }
            firstLinks.put(member, towards);
            int parent = StackRoutes.NO_LINK;
            int children = 0;
            for (Map.Entry<Integer, Link> entry : tree(member).entrySet()) {
                Link link = entry.getValue();
                if (entry.getKey() == self) {
                    parent = link.linkAt(self);
                } else if (link.joins(self)) {
                    children |= 1 << link.linkAt(self);
                }
            }
            routes.member(member, distance, towards, parent, children);
        }
        return routes.lags(lags.lags(self, members.last() + 1, new LagPlaces.Ways() {
            @Override
            public int distance(int member) {
                return distances.getOrDefault(member, FAR);
            }

            @Override
            public int towards(int member) {
                return firstLinks.getOrDefault(member, 0);
            }
        })).build();
    }
}
