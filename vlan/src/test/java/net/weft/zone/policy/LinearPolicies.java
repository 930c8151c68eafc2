package net.weft.zone.policy;

import java.util.List;
import java.util.Set;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;

/** The rules said plainly: one policy after the other. */
public final class LinearPolicies {
    private final Zoning zoning;

    LinearPolicies(Zoning zoning) {
        this.zoning = zoning;
    }

    /** Returns a lookup that goes through the policies of a zoning one by one. */
    public static PolicyLookup lookup(Zoning zoning) {
        LinearPolicies policies = new LinearPolicies(zoning);
        return (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> policies.decision(new Query(vlan, from, to, etherType, protocol, port, sourceHigh,
                        sourceLow, destinationHigh, destinationLow));
    }

    int decision(Query query) {
        for (boolean fabric : new boolean[]{true, false}) {
            for (Policy policy : zoning.policies()) {
                boolean counts = fabric
                        ? policy.tenant() == null
                        : policy.tenant() != null
                                && policy.tenant().equals(zoning.tenantByVlan().get(query.vlan()));
                if (counts && matches(policy, query)) {
                    return PolicyDecision.of(policy);
                }
            }
        }
        boolean allowed = query.from() == query.to() && (query.from() <= Zone.LOCAL || zoning.zones().stream()
                .anyMatch(zone -> zone.id() == query.from() && zone.intraAllowed()));
        return PolicyDecision.withoutPolicy(allowed);
    }

    static boolean matches(Policy policy, Query query) {
        return holds(policy.from(), query.from()) && holds(policy.to(), query.to())
                && policy.matches().stream().anyMatch(match -> matches(match, query))
                && holds(policy.sources(), query, query.sourceHigh(), query.sourceLow())
                && holds(policy.destinations(), query, query.destinationHigh(), query.destinationLow());
    }

    private static boolean holds(Set<Integer> zones, int zone) {
        return zones.isEmpty() || zones.contains(zone);
    }

    private static boolean holds(List<Prefix> prefixes, Query query, long high, long low) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(prefix -> query.protocol() != PolicyLookup.NOT_IP
                && query.etherType() == (prefix.isIpv4() ? 0x0800 : 0x86dd) && prefix.contains(high, low));
    }

    private static boolean matches(Match match, Query query) {
        boolean ipv4 = query.protocol() != PolicyLookup.NOT_IP && query.etherType() == 0x0800;
        boolean ipv6 = query.protocol() != PolicyLookup.NOT_IP && query.etherType() == 0x86dd;
        boolean portFits = match.low() <= query.port() && query.port() <= match.high();
        return switch (match.kind()) {
            case ANY -> true;
            case TCP -> (ipv4 || ipv6) && query.protocol() == 6 && portFits;
            case UDP -> (ipv4 || ipv6) && query.protocol() == 17 && portFits;
            case SCTP -> (ipv4 || ipv6) && query.protocol() == 132 && portFits;
            case ICMP -> ipv4 && query.protocol() == 1 && portFits;
            case ICMPV6 -> ipv6 && query.protocol() == 58 && portFits;
            case PROTOCOL ->
                (ipv4 || ipv6) && match.low() <= query.protocol() && query.protocol() <= match.high();
            case ETHER -> match.low() <= query.etherType() && query.etherType() <= match.high();
        };
    }
}
