package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.List;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.zone.Match;
import net.weft.zone.PolicyLookup;

/**
 * The fields that {@code match} compares, as one number: the EtherType of packets that are not IP; above those, for
 * IPv4 and then for IPv6, protocol and port (or ICMP type). So every {@link Match} is one range of numbers, or a few.
 */
final class ServiceKey {
    static final int IPV4 = 1 << 24;
    static final int IPV6 = 2 << 24;
    static final Ranges.Range NOT_IP = Ranges.Range.of(0, 0xffff);
    static final Ranges.Range ALL_IPV4 = family(IPV4);
    static final Ranges.Range ALL_IPV6 = family(IPV6);
    private static final int PROTOCOL_SHIFT = 16;

    private ServiceKey() {
    }

    static int of(int etherType, int protocol, int port) {
        if (protocol == PolicyLookup.NOT_IP) {
            return etherType;
        }
        return switch (etherType) {
            case EtherType.IPV4 -> IPV4 | protocol << PROTOCOL_SHIFT | port;
            case EtherType.IPV6 -> IPV6 | protocol << PROTOCOL_SHIFT | port;
            default -> etherType;
        };
    }

    private static Ranges.Range family(int family) {
        return Ranges.Range.of(family, family | 0xff_ffff);
    }

    private static Ranges.Range ports(int family, int protocol, int low, int high) {
        int first = family | protocol << PROTOCOL_SHIFT;
        return Ranges.Range.of(first | low, first | high);
    }

    static Ranges of(List<Match> matches) {
        List<Ranges.Range> ranges = new ArrayList<>();
        for (Match match : matches) {
            add(ranges, match.kind(), match.low(), match.high());
        }
        return Ranges.union(ranges);
    }

    private static void add(List<Ranges.Range> ranges, Match.Kind kind, int low, int high) {
        switch (kind) {
            case ANY -> ranges.addAll(List.of(NOT_IP, ALL_IPV4, ALL_IPV6));
            case TCP -> {
                ranges.add(ports(IPV4, IpProtocol.TCP, low, high));
                ranges.add(ports(IPV6, IpProtocol.TCP, low, high));
            }
            case UDP -> {
                ranges.add(ports(IPV4, IpProtocol.UDP, low, high));
                ranges.add(ports(IPV6, IpProtocol.UDP, low, high));
            }
            case SCTP -> {
                ranges.add(ports(IPV4, IpProtocol.SCTP, low, high));
                ranges.add(ports(IPV6, IpProtocol.SCTP, low, high));
            }
            case ICMP -> ranges.add(ports(IPV4, IpProtocol.ICMP, low, high));
            case ICMPV6 -> ranges.add(ports(IPV6, IpProtocol.ICMPV6, low, high));
            case PROTOCOL -> {
                ranges.add(Ranges.Range.of(IPV4 | low << PROTOCOL_SHIFT, IPV4 | high << PROTOCOL_SHIFT | 0xffff));
                ranges.add(Ranges.Range.of(IPV6 | low << PROTOCOL_SHIFT, IPV6 | high << PROTOCOL_SHIFT | 0xffff));
            }
            case ETHER -> {
                ranges.add(Ranges.Range.of(low, high));
                if (low <= EtherType.IPV4 && EtherType.IPV4 <= high) {
                    ranges.add(ALL_IPV4);
                }
                if (low <= EtherType.IPV6 && EtherType.IPV6 <= high) {
                    ranges.add(ALL_IPV6);
                }
            }
        }
    }
}
