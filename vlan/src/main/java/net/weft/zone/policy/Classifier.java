package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.weft.packet.EtherType;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first policy of a list that matches a packet. Each of five fields (the zone pair, the destination zone,
 * service, source, destination) is looked up by itself and yields a {@link Rows row}, the set of policies that accept
 * its value; the first policy in all five sets is the result. Summaries of the sets are compared first, and words only
 * where all summaries intersect (the aggregated bit vectors of Baboescu and Varghese, SIGCOMM 2001).
 * <p>So a lookup is fast when one field of a policy is rare among its neighbours. Therefore the bits are not in list
 * order but in groups: policies that name a source are adjacent, those that do not are elsewhere, and likewise for
 * destinations and zones; otherwise policies for any source would fill the words between. At worst one word per 64
 * policies and field is read.
 */
final class Classifier {
    /** No policy matches. */
    static final int NONE = -1;
    /** The maximum number of policies that stay in list order. */
    private static final int UNGROUPED = 256;
    /**
     * The maximum number of zone pairs of a policy; one with more is looked up by source zone and destination zone
     * separately.
     */
    private static final int MAX_PAIRS = 64;
    private static final int PADDING = Integer.MAX_VALUE;

    private final int summaries;
    /** The list index of each bit. */
    private final int[] order;
    private final Rows pairRows;
    private final Rows toRows;
    private final Rows serviceRows;
    private final Rows sourceRows;
    private final Rows destinationRows;
    private final IntClasses pairs;
    private final IntClasses tos;
    private final IntClasses services;
    private final IntClasses ipv4Sources;
    private final IntClasses ipv4Destinations;
    private final LongClasses ipv6Sources;
    private final LongClasses ipv6Destinations;

    /**
     * @param policies policies of one tenant, or of the fabric
     * @param budget the memory budget of all classifiers
     * @throws OverlapException when the budget is exceeded
     */
    Classifier(List<Policy> policies, RowBudget budget) {
        order = order(policies);
        summaries = Rows.summaries(order.length);
        Rows.Compiled pair = compile("zones", policies, budget, Classifier::pairs);
        Rows.Compiled to = compile("zones", policies, budget,
                policy -> policy.to().isEmpty() ? null : Ranges.ofZones(policy.to()));
        Rows.Compiled service = compile("matches", policies, budget,
                policy -> policy.matches().contains(Match.ANY) ? null : ServiceKey.of(policy.matches()));
        Rows.Compiled source = compile("sources", policies, budget, policy -> prefixes(policy.sources()));
        Rows.Compiled destination = compile("destinations", policies, budget,
                policy -> prefixes(policy.destinations()));
        pairRows = pair.rows();
        toRows = to.rows();
        serviceRows = service.rows();
        sourceRows = source.rows();
        destinationRows = destination.rows();
        pairs = new IntClasses(pair.boundaries());
        tos = new IntClasses(to.boundaries());
        services = new IntClasses(service.boundaries());
        ipv4Sources = new IntClasses(source.boundaries());
        ipv4Destinations = new IntClasses(destination.boundaries());
        ipv6Sources = new LongClasses(source.boundaries());
        ipv6Destinations = new LongClasses(destination.boundaries());
    }

    /** Returns the policies by group; each group is in list order and starts a new word. */
    private static int[] order(List<Policy> policies) {
        if (policies.size() <= UNGROUPED) {
            return IntStream.range(0, policies.size()).toArray();
        }
        List<List<Integer>> groups = new ArrayList<>();
        for (int group = 0; group < 8; group++) {
            groups.add(new ArrayList<>());
        }
        for (int place = 0; place < policies.size(); place++) {
            Policy policy = policies.get(place);
            groups.get((policy.from().isEmpty() ? 4 : 0) | (policy.sources().isEmpty() ? 2 : 0)
                    | (policy.destinations().isEmpty() ? 1 : 0)).add(place);
        }
        IntStream.Builder order = IntStream.builder();
        for (List<Integer> group : groups) {
            group.forEach(order::add);
            for (int bit = group.size(); bit % 64 != 0; bit++) {
                order.add(PADDING);
            }
        }
        return order.build().toArray();
    }

    private static @Nullable Ranges pairs(Policy policy) {
        boolean many = (long) policy.from().size() * policy.to().size() > MAX_PAIRS;
        return policy.from().isEmpty() ? null : Ranges.ofPairs(policy.from(), many ? Set.of() : policy.to());
    }

    private Rows.Compiled compile(String name, List<Policy> policies, RowBudget budget,
            Function<Policy, @Nullable Ranges> field) {
        List<@Nullable Ranges> values = new ArrayList<>();
        for (int place : order) {
            values.add(place == PADDING ? Ranges.NOTHING : field.apply(policies.get(place)));
        }
        String tenant = policies.isEmpty() ? null : policies.getFirst().tenant();
        return Rows.compile(values, budget.share(name, tenant, policies.size()));
    }

    private static @Nullable Ranges prefixes(List<Prefix> prefixes) {
        return prefixes.isEmpty() ? null : Ranges.ofPrefixes(prefixes);
    }

    /**
     * Returns the list index of the first matching policy, or {@link #NONE}; parameters as in {@link
     * PolicyLookup#decision}.
     */
    int first(int from, int to, int etherType, int protocol, int port, long sourceHigh, long sourceLow,
            long destinationHigh, long destinationLow) {
        int source = Rows.EMPTY;
        int destination = Rows.EMPTY;
        if (protocol != PolicyLookup.NOT_IP) {
            if (etherType == EtherType.IPV4) {
                source = ipv4Sources.row((int) sourceLow);
                destination = ipv4Destinations.row((int) destinationLow);
            } else if (etherType == EtherType.IPV6) {
                source = ipv6Sources.row(sourceHigh, sourceLow);
                destination = ipv6Destinations.row(destinationHigh, destinationLow);
            }
        }
        int service = services.row(ServiceKey.of(etherType, protocol, port));
        return next(0, pairs.row(Ranges.pair(from, to)), tos.row(to), service, source, destination);
    }

    /** Returns the first policy at or after {@code start} that is in all five rows. */
    private int next(int start, int pair, int to, int service, int source, int destination) {
        int best = PADDING;
        for (int summary = 0; summary < summaries; summary++) {
            long candidates = serviceRows.summary(service, summary) & sourceRows.summary(source, summary)
                    & destinationRows.summary(destination, summary) & pairRows.summary(pair, summary)
                    & toRows.summary(to, summary);
            for (; candidates != 0; candidates &= candidates - 1) {
                int bit = Long.numberOfTrailingZeros(candidates);
                int word = 64 * summary + bit;
                if (order[64 * word] >= best) {
                    continue;
                }
                long found = serviceRows.word(service, summary, bit) & sourceRows.word(source, summary, bit)
                        & destinationRows.word(destination, summary, bit) & pairRows.word(pair, summary, bit)
                        & toRows.word(to, summary, bit);
                best = Math.min(best, first(found, word, start));
            }
        }
        return best == PADDING ? NONE : best;
    }

    private int first(long found, int word, int start) {
        for (long left = found; left != 0; left &= left - 1) {
            int place = order[64 * word + Long.numberOfTrailingZeros(left)];
            if (place >= start) {
                return place;
            }
        }
        return PADDING;
    }

    /**
     * Returns the first policy at or after {@code start} that matches the lowest packet of {@code extent}; a policy
     * that covers the extent matches it.
     */
    int next(int start, Extent extent) {
        int family = extent.lowestFamily();
        int from = extent.lowestFrom();
        int to = extent.lowestTo() < 0 ? Ranges.NO_ZONE : extent.lowestTo();
        return next(start, from < 0 ? Rows.EMPTY : pairs.row(Ranges.pair(from, to)), tos.row(to),
                services.row(extent.lowestService()), row(extent.sources(), family, ipv4Sources, ipv6Sources),
                row(extent.destinations(), family, ipv4Destinations, ipv6Destinations));
    }

    private static int row(Ranges addresses, int family, IntClasses ipv4, LongClasses ipv6) {
        return switch (family) {
            case EtherType.IPV4 -> ipv4.row(addresses.list().getFirst().low().intValue());
            case EtherType.IPV6 -> {
                var lowest = addresses.intersection(Ranges.union(List.of(Ranges.ALL_IPV6))).list().getFirst().low();
                yield ipv6.row(lowest.shiftRight(64).longValue(), lowest.longValue());
            }
            default -> Rows.EMPTY;
        };
    }
}
