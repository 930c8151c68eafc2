package net.weft.zone.guard;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;

/**
 * Traffic without which no network works, and that no policy judges: ARP and RARP; neighbour solicitation and advertisement, router
 * solicitation; IGMP and MLD; DHCP from client to server. From a port without guard also router advertisements, and DHCP from
 * server to client.
 *
 * <p>Only what cannot leave its link passes for it: neighbour discovery with hop limit 255 (RFC 4861, 6.1 and 7.1), MLD from a link-local
 * address or none with hop limit 1 (RFC 3810, 5), IGMP to a group with TTL 1 (RFC 3376, 4). None of these in fragments (RFC 6980).
 */
public final class PolicyExempt {
    private static final int ND_HOP_LIMIT = 255;

    private PolicyExempt() {
    }

    /**
     * Allocates nothing.
     *
     * @param frame where the frame's head starts in {@code heads}
     * @param parsed what {@link HeaderParser#parse} said of it
     * @param guarded whether the port that sent it has a guard
     */
    public static boolean passes(MemorySegment heads, long frame, long parsed, boolean guarded) {
        int type = HeaderParser.etherType(parsed);
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0) {
            return false;
        }
        return switch (type) {
            case EtherType.ARP, EtherType.RARP -> true;
            case EtherType.IPV4 -> switch (HeaderParser.protocol(parsed)) {
                case IpProtocol.UDP -> isDhcp(heads, frame, parsed, guarded);
                case IpProtocol.IGMP -> isIgmp(heads, frame + HeaderParser.l3Offset(parsed), parsed);
                default -> false;
            };
            case EtherType.IPV6 -> switch (HeaderParser.protocol(parsed)) {
                case IpProtocol.UDP -> isDhcp(heads, frame, parsed, guarded);
                case IpProtocol.ICMPV6 -> isLinkControl(heads, frame, parsed, guarded);
                default -> false;
            };
            default -> false;
        };
    }

    private static boolean isDhcp(MemorySegment heads, long frame, long parsed, boolean guarded) {
        return Dhcp.isFromClient(heads, frame, parsed) || (!guarded && Dhcp.isToClient(heads, frame, parsed));
    }

    private static boolean isIgmp(MemorySegment heads, long ip, long parsed) {
        return !HeaderParser.isFragment(parsed) && Ipv4.ttl(heads, ip) == 1
                && Ipv4.destination(heads, ip) >>> 28 == 0xe;
    }

    private static boolean isLinkControl(MemorySegment heads, long frame, long parsed, boolean guarded) {
        if (!HeaderParser.isL4Complete(parsed) || HeaderParser.isFragment(parsed)) {
            return false;
        }
        long icmp = frame + HeaderParser.l4Offset(parsed);
        long ip = frame + HeaderParser.l3Offset(parsed);
        int hopLimit = Ipv6.hopLimit(heads, ip);
        if (Icmpv6.code(heads, icmp) != 0) {
            return false;
        }
        return switch (Icmpv6.type(heads, icmp)) {
            case NeighborDiscovery.NEIGHBOR_SOLICITATION, NeighborDiscovery.NEIGHBOR_ADVERTISEMENT,
                    NeighborDiscovery.ROUTER_SOLICITATION ->
                hopLimit == ND_HOP_LIMIT;
            case NeighborDiscovery.ROUTER_ADVERTISEMENT -> hopLimit == ND_HOP_LIMIT && !guarded;
            case Icmpv6.MLD_QUERY, Icmpv6.MLD_REPORT, Icmpv6.MLD_DONE, Icmpv6.MLDV2_REPORT ->
                hopLimit == 1 && isOfTheLink(heads, ip);
            default -> false;
        };
    }

    private static boolean isOfTheLink(MemorySegment heads, long ip) {
        long high = Ipv6.sourceHigh(heads, ip);
        return high >>> 54 == 0xfe80 >>> 6 || (high == 0 && Ipv6.sourceLow(heads, ip) == 0);
    }
}
