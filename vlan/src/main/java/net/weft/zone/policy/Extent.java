package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import net.weft.packet.EtherType;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;

/**
 * Everything a policy can match, without what its own fields rule out: no services of a family that its addresses do not have, no
 * addresses of a family that its services do not have.
 *
 * @param services {@link ServiceKey}s; empty: it can match nothing
 * @param isIpOnly whether nothing but IP can match
 * @param sources those of each family that {@code services} has
 * @param destinations the same
 */
record Extent(Policy policy, Ranges services, boolean isIpOnly, Ranges sources, Ranges destinations) {
    static Extent of(Policy policy) {
        Ranges services = ServiceKey.of(policy.matches());
        services = ofFamilies(services, policy.sources());
        services = ofFamilies(services, policy.destinations());
        boolean ipOnly = !meets(services, ServiceKey.NOT_IP);
        return new Extent(policy, services, ipOnly, ofServices(policy.sources(), services),
                ofServices(policy.destinations(), services));
    }

    private static Ranges ofFamilies(Ranges services, List<Prefix> prefixes) {
        if (prefixes.isEmpty()) {
            return services;
        }
        List<Ranges.Range> families = new ArrayList<>();
        if (prefixes.stream().anyMatch(Prefix::isIpv4)) {
            families.add(ServiceKey.ALL_IPV4);
        }
        if (!prefixes.stream().allMatch(Prefix::isIpv4)) {
            families.add(ServiceKey.ALL_IPV6);
        }
        return services.intersection(Ranges.union(families));
    }

    private static Ranges ofServices(List<Prefix> prefixes, Ranges services) {
        List<Ranges.Range> families = new ArrayList<>();
        if (meets(services, ServiceKey.ALL_IPV4)) {
            families.add(Ranges.ALL_IPV4);
        }
        if (meets(services, ServiceKey.ALL_IPV6)) {
            families.add(Ranges.ALL_IPV6);
        }
        Ranges all = Ranges.union(families);
        return prefixes.isEmpty() ? all : Ranges.ofPrefixes(prefixes).intersection(all);
    }

    private static boolean meets(Ranges services, Ranges.Range family) {
        return !services.intersection(Ranges.union(List.of(family))).isEmpty();
    }

    /** Whether every packet that {@code other} matches is matched by this, too. */
    boolean covers(Extent other) {
        return covers(policy.from(), other.policy.from()) && covers(policy.to(), other.policy.to())
                && services.covers(other.services)
                && (policy.sources().isEmpty() || (other.isIpOnly && sources.covers(other.sources)))
                && (policy.destinations().isEmpty()
                        || (other.isIpOnly && destinations.covers(other.destinations)));
    }

    private static boolean covers(Set<Integer> zones, Set<Integer> others) {
        return zones.isEmpty() || (!others.isEmpty() && zones.containsAll(others));
    }

    /** -1 for any. */
    int lowestFrom() {
        return policy.from().isEmpty() ? -1 : Collections.min(policy.from());
    }

    /** -1 for any. */
    int lowestTo() {
        return policy.to().isEmpty() ? -1 : Collections.min(policy.to());
    }

    int lowestService() {
        return services.list().getFirst().low().intValue();
    }

    /** EtherType of {@link #lowestService}, 0 for what is not IP. */
    int lowestFamily() {
        return lowestService() >= ServiceKey.IPV6
                ? EtherType.IPV6
                : lowestService() >= ServiceKey.IPV4 ? EtherType.IPV4 : 0;
    }
}
