package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.List;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/**
 * The policies that name a protocol which is otherwise exempt ({@link net.weft.zone.guard.PolicyExempt}): DHCP by its
 * UDP ports, neighbour discovery by its types, IGMP, ARP and RARP. {@code any}, a whole protocol or a range names none
 * of them.
 */
public final class NamedProtocols {
    private NamedProtocols() {
    }

    /** Returns the lookup of these policies; null if there are none. */
    public static @Nullable PolicyLookup of(Zoning zoning) {
        List<Policy> naming = new ArrayList<>();
        for (Policy policy : zoning.policies()) {
            List<Match> named = policy.matches().stream().filter(NamedProtocols::isNamed).toList();
            if (!named.isEmpty()) {
                naming.add(new Policy(policy.id(), policy.tenant(), policy.name(), policy.from(), policy.to(), named,
                        policy.sources(), policy.destinations(), policy.action(), policy.log(),
                        policy.keepEstablished(), policy.midstream(), true, false));
            }
        }
        return naming.isEmpty()
                ? null
                : PolicyTable.of(new Zoning(zoning.zones(), naming, zoning.tenantByVlan(), zoning.timeouts(),
                        zoning.limits()));
    }

    private static boolean isNamed(Match match) {
        int value = match.low();
        return value == match.high() && switch (match.kind()) {
            case UDP -> value == 67 || value == 68 || value == 546 || value == 547;
            case ICMPV6 -> value >= 133 && value <= 137;
            case PROTOCOL -> value == IpProtocol.IGMP;
            case ETHER -> value == EtherType.ARP || value == EtherType.RARP;
            default -> false;
        };
    }
}
