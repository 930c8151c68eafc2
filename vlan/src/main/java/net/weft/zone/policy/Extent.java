package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import net.weft.packet.EtherType;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;

/**
 * The packets that a policy can match, without those that its own fields exclude: no services of an address family
 * without addresses, no addresses of a family without services.
 *
 * @param policy the policy
 * @param services {@link ServiceKey}s; empty if it can match nothing
 * @param isIpOnly whether it matches IP packets only
 * @param sources source addresses of each family in {@code services}
 * @param destinations destination addresses of each family in {@code services}
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

    /** Returns whether this policy matches every packet that {@code other} matches. */
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

    /** Returns the lowest source zone, -1 for any. */
    int lowestFrom() {
        return policy.from().isEmpty() ? -1 : Collections.min(policy.from());
    }

    /** Returns the lowest destination zone, -1 for any. */
    int lowestTo() {
        return policy.to().isEmpty() ? -1 : Collections.min(policy.to());
    }

    int lowestService() {
        return services.list().getFirst().low().intValue();
    }

    /** Returns the EtherType of {@link #lowestService}, 0 if it is not IP. */
    int lowestFamily() {
        return lowestService() >= ServiceKey.IPV6
                ? EtherType.IPV6
                : lowestService() >= ServiceKey.IPV4 ? EtherType.IPV4 : 0;
    }
}
