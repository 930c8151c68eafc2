package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.weft.packet.EtherType;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first of a list of policies that matches. Each of five fields (zones, service, addresses) is looked up by itself and
 * gives a {@link Rows row}, the set of policies that take its value; the first policy in all five sets is the answer. Summaries of the
 * sets are compared first, so that of ten thousand policies three words per field are read, then one or two where the summaries meet
 * (the aggregated bit vectors of Baboescu and Varghese, SIGCOMM 2001). At worst, where summaries always meet and sets never,
 * one word per 64 policies and field.
 */
final class Classifier {
    /** No policy matches. */
    static final int NONE = -1;

    private final int summaries;
    private final Rows fromRows;
    private final Rows toRows;
    private final Rows serviceRows;
    private final Rows sourceRows;
    private final Rows destinationRows;
    private final IntClasses froms;
    private final IntClasses tos;
    private final IntClasses services;
    private final IntClasses ipv4Sources;
    private final IntClasses ipv4Destinations;
    private final LongClasses ipv6Sources;
    private final LongClasses ipv6Destinations;

    Classifier(List<Policy> policies) {
        summaries = Rows.summaries(policies.size());
        Rows.Compiled from = compile(policies,
                policy -> policy.from().isEmpty() ? null : Ranges.ofZones(policy.from()));
        Rows.Compiled to = compile(policies, policy -> policy.to().isEmpty() ? null : Ranges.ofZones(policy.to()));
        Rows.Compiled service = compile(policies,
                policy -> policy.matches().contains(Match.ANY) ? null : ServiceKey.of(policy.matches()));
        Rows.Compiled source = compile(policies, policy -> prefixes(policy.sources()));
        Rows.Compiled destination = compile(policies, policy -> prefixes(policy.destinations()));
        fromRows = from.rows();
        toRows = to.rows();
        serviceRows = service.rows();
        sourceRows = source.rows();
        destinationRows = destination.rows();
        froms = new IntClasses(from.boundaries());
        tos = new IntClasses(to.boundaries());
        services = new IntClasses(service.boundaries());
        ipv4Sources = new IntClasses(source.boundaries());
        ipv4Destinations = new IntClasses(destination.boundaries());
        ipv6Sources = new LongClasses(source.boundaries());
        ipv6Destinations = new LongClasses(destination.boundaries());
    }

    private static Rows.Compiled compile(List<Policy> policies, Function<Policy, @Nullable Ranges> field) {
        List<@Nullable Ranges> values = new ArrayList<>();
        for (Policy policy : policies) {
            values.add(field.apply(policy));
        }
        return Rows.compile(values);
    }

    private static @Nullable Ranges prefixes(List<Prefix> prefixes) {
        return prefixes.isEmpty() ? null : Ranges.ofPrefixes(prefixes);
    }

    /** As {@link PolicyLookup#ruling}; place in the list, or {@link #NONE}. */
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
        return next(0, froms.row(from), tos.row(to), service, source, destination);
    }

    /** The first policy at {@code start} or behind that is in all five rows. */
    private int next(int start, int from, int to, int service, int source, int destination) {
        for (int summary = start >>> 12; summary < summaries; summary++) {
            long candidates = serviceRows.summary(service, summary) & sourceRows.summary(source, summary)
                    & destinationRows.summary(destination, summary) & fromRows.summary(from, summary)
                    & toRows.summary(to, summary);
            for (; candidates != 0; candidates &= candidates - 1) {
                int bit = Long.numberOfTrailingZeros(candidates);
                long found = serviceRows.word(service, summary, bit) & sourceRows.word(source, summary, bit)
                        & destinationRows.word(destination, summary, bit) & fromRows.word(from, summary, bit)
                        & toRows.word(to, summary, bit);
                int word = 64 * summary + bit;
                if (word <= start >>> 6) {
                    found = word == start >>> 6 ? found & -1L << start : 0;
                }
                if (found != 0) {
                    return 64 * word + Long.numberOfTrailingZeros(found);
                }
            }
        }
        return NONE;
    }

    /** The first policy at {@code start} or behind that matches one packet of {@code extent}, its lowest: whoever covers it does. */
    int next(int start, Extent extent) {
        int family = extent.lowestFamily();
        return next(start, extent.lowestFrom() < 0 ? Rows.EMPTY : froms.row(extent.lowestFrom()),
                extent.lowestTo() < 0 ? Rows.EMPTY : tos.row(extent.lowestTo()),
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
