package net.weft.zone.guard;

import static net.weft.packet.NetworkOrder.getLong;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;
import net.weft.zone.Prefix;

/**
 * Checks whether a frame from any port, guarded or not, claims an IP address that another port holds: as the sender of
 * ARP, as the source of neighbour discovery, whose options contain its MAC address, or as the target of an
 * advertisement. Probes are not claims: an unguarded port may send them. The IP sources of data packets are not claims
 * either: routers and inline firewalls forward addresses of others.
 * <p>It records the link-local addresses that routers and unguarded ports advertise.
 */
public final class AddressClaims {
    private static final long LINK_LOCAL_HIGH = 0xfe80L << 48;
    /**
     * The mask of the protocol and both address lengths in the first eight bytes of ARP. Some hosts accept any hardware
     * type.
     */
    private static final long ARP_FORM_MASK = 0x0000_ffff_ffff_0000L;
    private static final long ARP_FORM = 0x0000_0800_0604_0000L;
    private static final int TARGET_END = NeighborDiscovery.TARGET + 16;

    private AddressClaims() {
    }

    /**
     * Checks a frame. Allocates nothing.
     *
     * @param frame start of the frame's head in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param parsed its valid {@link HeaderParser#parse} result
     * @param of port, VLAN and address owners of the frame
     * @return {@link PortGuard#ALLOW} or the constant of the violation
     */
    public static int check(MemorySegment heads, long frame, int headLength, long parsed, GuardQuery of) {
        return switch (HeaderParser.etherType(parsed)) {
            case EtherType.ARP -> arp(heads, frame + HeaderParser.l3Offset(parsed), of);
            case EtherType.IPV6 -> HeaderParser.protocol(parsed) == IpProtocol.ICMPV6
                    ? discovery(heads, frame, headLength, parsed, of)
                    : PortGuard.ALLOW;
            default -> PortGuard.ALLOW;
        };
    }

    private static int arp(MemorySegment heads, long arp, GuardQuery of) {
        int sender = Arp.senderIp(heads, arp);
        boolean claims = sender != 0 && (getLong(heads, arp) & ARP_FORM_MASK) == ARP_FORM;
        return claims && of.owners.refusesClaim(of.vlan, 0, Prefix.ipv4(sender), of.port)
                ? PortGuard.IP
                : PortGuard.ALLOW;
    }

    private static int discovery(MemorySegment heads, long frame, int headLength, long parsed, GuardQuery of) {
        int l4 = HeaderParser.l4Offset(parsed);
        if (!HeaderParser.isL4Complete(parsed) || !NeighborDiscovery.isType(Icmpv6.type(heads, frame + l4))) {
            return PortGuard.ALLOW;
        }
        long ip = frame + HeaderParser.l3Offset(parsed);
        long high = Ipv6.sourceHigh(heads, ip);
        long low = Ipv6.sourceLow(heads, ip);
        if ((high | low) != 0 && of.owners.refusesClaim(of.vlan, high, low, of.port)) {
            return PortGuard.IP;
        }
        int type = Icmpv6.type(heads, frame + l4);
        long mac = Ethernet.source(heads, frame);
        if (type == NeighborDiscovery.ROUTER_ADVERTISEMENT && of.mayAdvertise && high == LINK_LOCAL_HIGH) {
            of.owners.advertised(of, low, mac, true);
        }
        if (type != NeighborDiscovery.NEIGHBOR_ADVERTISEMENT) {
            return PortGuard.ALLOW;
        }
        if (headLength < l4 + TARGET_END) {
            return headLength < HeaderParser.MAX_HEAD ? PortGuard.NEEDS_LONGER_HEAD : PortGuard.UNREADABLE;
        }
        high = NeighborDiscovery.targetHigh(heads, frame + l4);
        low = NeighborDiscovery.targetLow(heads, frame + l4);
        if (of.owners.refusesClaim(of.vlan, high, low, of.port)) {
            return PortGuard.IP;
        }
        if (of.mayAdvertise && high == LINK_LOCAL_HIGH) {
            of.owners.advertised(of, low, mac, false);
        }
        return PortGuard.ALLOW;
    }
}
