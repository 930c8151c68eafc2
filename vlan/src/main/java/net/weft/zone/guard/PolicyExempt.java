package net.weft.zone.guard;

import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;
import org.jspecify.annotations.Nullable;

/**
 * Traffic that every network needs and that is exempt from policies unless a policy names it: ARP and RARP; neighbour
 * solicitation and advertisement, router solicitation; IGMP and MLD; DHCP from client to server, towards ports that may
 * have a server. From a port that may send them also router advertisements, and DHCP from server to client.
 * <p>A message is exempt only if its form and length are valid, so that it carries nothing else: neighbour discovery
 * with hop limit 255 (RFC 4861, 6.1 and 7.1) and with link-layer address and nonce options only, MLD from a link-local
 * or unspecified address with hop limit 1 (RFC 3810, 5), IGMP to a group with TTL 1 (RFC 3376, 4), DHCPv4 with its
 * cookie (RFC 2131) and DHCPv6 with options that fill it (RFC 8415). Fragments are never exempt.
 */
public final class PolicyExempt {
    /** Not exempt: policies evaluate the frame. */
    public static final int JUDGED = 0;
    /** Exempt from policies. */
    public static final int EXEMPT = 1;
    /** A message of a DHCP client: exempt if the output port may have a server. */
    public static final int FOR_SERVERS = 2;
    /** The check needs more of the frame in the head; extend the head and check again. */
    public static final int NEEDS_LONGER_HEAD = 3;

    private static final int ND_HOP_LIMIT = 255;
    private static final int OPTION_NONCE = 14;

    private PolicyExempt() {
    }

    /**
     * Classifies a frame. Allocates nothing.
     *
     * @param frame start of the frame's head in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param parsed its {@link HeaderParser#parse} result
     * @param guard guard of the ingress port, or null
     * @return {@link #JUDGED} or another of these constants
     */
    public static int kind(MemorySegment heads, long frame, int headLength, long parsed, @Nullable PortGuard guard) {
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0
                || HeaderParser.isFragment(parsed)) {
            return JUDGED;
        }
        int protocol = HeaderParser.protocol(parsed);
        return switch (HeaderParser.etherType(parsed)) {
            case EtherType.ARP, EtherType.RARP ->
                Arp.check(heads, frame + HeaderParser.l3Offset(parsed), Arp.LENGTH) ? EXEMPT : JUDGED;
            case EtherType.IPV4 -> protocol == IpProtocol.UDP
                    ? dhcp(heads, frame, headLength, parsed, guard)
                    : protocol == IpProtocol.IGMP
                            ? whole(heads, frame, headLength, parsed,
                                    GroupMessages.isIgmp(heads, frame, headLength, parsed))
                            : JUDGED;
            case EtherType.IPV6 -> protocol == IpProtocol.UDP
                    ? dhcpV6(heads, frame, headLength, parsed, guard)
                    : protocol == IpProtocol.ICMPV6 ? linkControl(heads, frame, headLength, parsed, guard) : JUDGED;
            default -> JUDGED;
        };
    }

    /**
     * Returns the result of a check of the whole packet, or {@link #NEEDS_LONGER_HEAD} if it does not all lie in the
     * head.
     */
    private static int whole(MemorySegment heads, long frame, int headLength, long parsed, boolean isExempt) {
        int end = end(heads, frame, parsed);
        return isExempt
                ? EXEMPT
                : headLength < end && end <= HeaderParser.MAX_HEAD ? NEEDS_LONGER_HEAD : JUDGED;
    }

    /** Returns the end of the message, from the start of the frame; the rest is padding. */
    public static int end(MemorySegment heads, long frame, long parsed) {
        int l3 = HeaderParser.l3Offset(parsed);
        return switch (HeaderParser.etherType(parsed)) {
            case EtherType.IPV4 -> l3 + Ipv4.totalLength(heads, frame + l3);
            case EtherType.IPV6 -> l3 + Ipv6.LENGTH + Ipv6.payloadLength(heads, frame + l3);
            default -> l3 + Arp.LENGTH;
        };
    }

    // ---- DHCP ------------------------------------------------------------------------------------------------------

    private static int dhcp(MemorySegment heads, long frame, int headLength, long parsed, @Nullable PortGuard guard) {
        boolean isFromClient = Dhcp.isFromClient(heads, frame, parsed);
        if (!isFromClient && !(Dhcp.isToClient(heads, frame, parsed) && mayServe(guard))) {
            return JUDGED;
        }
        int fixedEnd = Dhcp.fixedEnd(parsed);
        if (headLength < fixedEnd) {
            return fixedEnd <= Math.min(end(heads, frame, parsed), HeaderParser.MAX_HEAD) ? NEEDS_LONGER_HEAD : JUDGED;
        }
        if (!isFromClient) {
            return Dhcp.isReply(heads, frame, headLength, parsed) ? EXEMPT : JUDGED;
        }
        if (!Dhcp.isRequest(heads, frame, headLength, parsed)) {
            return JUDGED;
        }
        long client = Dhcp.clientMac(heads, frame, parsed);
        boolean isOwn = guard != null && guard.bindsMac()
                ? guard.isOwnMac(client)
                : client == Ethernet.source(heads, frame);
        return isOwn ? FOR_SERVERS : JUDGED;
    }

    private static int dhcpV6(MemorySegment heads, long frame, int headLength, long parsed, @Nullable PortGuard guard) {
        boolean isFromClient = Dhcp.isFromClient(heads, frame, parsed);
        if (!isFromClient && !(Dhcp.isToClient(heads, frame, parsed) && mayServe(guard))) {
            return JUDGED;
        }
        boolean hasForm = isFromClient
                ? Dhcp.isRequestV6(heads, frame, headLength, parsed)
                : Dhcp.isReplyV6(heads, frame, headLength, parsed);
        int kind = whole(heads, frame, headLength, parsed, hasForm);
        return kind == EXEMPT && isFromClient ? FOR_SERVERS : kind;
    }

    private static boolean mayServe(@Nullable PortGuard guard) {
        return guard == null || guard.isDhcpServer();
    }

    // ---- ICMPv6 ----------------------------------------------------------------------------------------------------

    private static int linkControl(MemorySegment heads, long frame, int headLength, long parsed,
            @Nullable PortGuard guard) {
        if (!HeaderParser.isL4Complete(parsed)) {
            return JUDGED;
        }
        long icmp = frame + HeaderParser.l4Offset(parsed);
        if (Icmpv6.code(heads, icmp) != 0) {
            return JUDGED;
        }
        int type = Icmpv6.type(heads, icmp);
        return switch (type) {
            case NeighborDiscovery.NEIGHBOR_SOLICITATION, NeighborDiscovery.NEIGHBOR_ADVERTISEMENT,
                    NeighborDiscovery.ROUTER_SOLICITATION ->
                isOfHopLimit(heads, frame, parsed)
                        ? whole(heads, frame, headLength, parsed, isDiscovery(heads, frame, headLength, parsed, type))
                        : JUDGED;
            case NeighborDiscovery.ROUTER_ADVERTISEMENT ->
                isOfHopLimit(heads, frame, parsed) && (guard == null || guard.isRouter()) ? EXEMPT : JUDGED;
            case Icmpv6.MLD_QUERY, Icmpv6.MLD_REPORT, Icmpv6.MLD_DONE, Icmpv6.MLDV2_REPORT ->
                whole(heads, frame, headLength, parsed, GroupMessages.isMld(heads, frame, headLength, parsed));
            default -> JUDGED;
        };
    }

    private static boolean isOfHopLimit(MemorySegment heads, long frame, long parsed) {
        return Ipv6.hopLimit(heads, frame + HeaderParser.l3Offset(parsed)) == ND_HOP_LIMIT;
    }

    private static boolean isDiscovery(MemorySegment heads, long frame, int headLength, long parsed, int type) {
        int l4 = HeaderParser.l4Offset(parsed);
        int length = end(heads, frame, parsed) - l4;
        long message = frame + l4;
        if (l4 != HeaderParser.l3Offset(parsed) + Ipv6.LENGTH || l4 + length > headLength
                || !NeighborDiscovery.check(heads, message, length)) {
            return false;
        }
        int at = NeighborDiscovery.optionsOffset(type);
        while (at < length) {
            int option = getU8(heads, message + at);
            if (option != NeighborDiscovery.OPTION_SOURCE_LINK_LAYER_ADDRESS
                    && option != NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS && option != OPTION_NONCE) {
                return false;
            }
            at += NeighborDiscovery.optionLength(heads, message + at);
        }
        return true;
    }
}
