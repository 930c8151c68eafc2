package net.weft.zone.guard;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.MacAddress;
import net.weft.packet.NeighborDiscovery;
import net.weft.packet.NetworkOrder;
import net.weft.zone.AddressBinding;
import net.weft.zone.GuardRole;
import net.weft.zone.Prefix;

/**
 * Checks whether a guarded port may use the source addresses of a frame that it sends: the source MAC; in ARP and RARP
 * the sender; the IPv4 or IPv6 source; in neighbour discovery the claimed target and the link-layer address. It also
 * rejects messages of DHCP servers, routers and queriers.
 * <p>A host without an address may ask for one: 0.0.0.0 is allowed as a DHCP client, in an ARP probe and in IGMP;
 * {@code ::} in duplicate address detection, router solicitation and MLD. But no guest may probe for an address that
 * another port declares: it would prevent its use (RFC 4862, 5.4.3; RFC 5227, 2.4). A guest may use the link-local
 * address derived from its MAC address, and a few others, on a first-come basis ({@link LinkLocals}). Redirects count
 * as router messages, like advertisements. {@link GuardRole Roles} permit the messages of servers, routers and
 * queriers; the source addresses stay bound.
 * <p>Extension headers and fragments hide nothing: {@link HeaderParser} walks the former and rejects a first fragment
 * without the whole header chain (RFC 7112, 7113); neighbour discovery in fragments is rejected (RFC 6980); and so is a
 * later IPv6 fragment that could overwrite the transport header of a first one that begins with extension headers.
 * Where IP addresses are bound, a second tag is rejected, because it hides what follows.
 * <p>Immutable; any thread may call it. The few addresses are searched linearly; nothing is allocated.
 */
public final class PortGuard {
    public static final int ALLOW = 0;
    /** The MAC address is not one of the port's. */
    public static final int MAC = 1;
    /** The IP address is not one of the port's. */
    public static final int IP = 2;
    /** A message of a DHCP server. */
    public static final int DHCP = 3;
    /** A router advertisement or redirect. */
    public static final int RA = 4;
    /** The headers contradict themselves or exceed {@link HeaderParser#MAX_HEAD}; drop the frame as malformed. */
    public static final int UNREADABLE = 5;
    /**
     * The check needs the whole frame, or {@link HeaderParser#MAX_HEAD} bytes of it, in the head; extend the head and
     * check again.
     */
    public static final int NEEDS_LONGER_HEAD = 6;
    /** An IGMP or MLD query. */
    public static final int QUERIER = 7;
    /** The number of results. */
    public static final int ANSWERS = 8;

    private static final int REVERSE_REQUEST = 3;
    private static final long LINK_LOCAL_HIGH = 0xfe80L << 48;

    private final boolean isDhcpServer;
    private final boolean isRouter;
    private final boolean isQuerier;
    private final long[] macs;
    private final boolean bindsIps;
    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    /** The number of IPv4 prefixes; IPv6 prefixes follow them. */
    private final int ipv4Count;

    /** @param binding MAC and IP addresses; without any, only server and router messages are rejected */
    public PortGuard(AddressBinding binding) {
        isDhcpServer = binding.roles().contains(GuardRole.DHCP_SERVER);
        isRouter = binding.roles().contains(GuardRole.ROUTER);
        isQuerier = binding.roles().contains(GuardRole.QUERIER);
        macs = binding.macs().stream().mapToLong(MacAddress::value).sorted().toArray();
        bindsIps = !binding.ips().isEmpty();
        List<Prefix> ips = binding.ips().stream()
                .sorted((one, other) -> Boolean.compare(other.isIpv4(), one.isIpv4())).toList();
        ipv4Count = (int) ips.stream().filter(Prefix::isIpv4).count();
        highMask = ips.stream().mapToLong(prefix -> mask(prefix.bits())).toArray();
        lowMask = ips.stream().mapToLong(prefix -> mask(prefix.bits() - 64)).toArray();
        high = new long[ips.size()];
        low = new long[ips.size()];
        Arrays.setAll(high, i -> ips.get(i).high() & highMask[i]);
        Arrays.setAll(low, i -> ips.get(i).low() & lowMask[i]);
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << 64 - bits;
    }

    /** Returns whether the port may send messages of DHCP servers and relays. */
    public boolean isDhcpServer() {
        return isDhcpServer;
    }

    /** Returns whether the port may send router advertisements. */
    public boolean isRouter() {
        return isRouter;
    }

    /** Returns whether the port declares a MAC address. */
    public boolean bindsMac() {
        return macs.length > 0;
    }

    /** Returns whether the port's guest may use this MAC address. */
    public boolean isOwnMac(long mac) {
        return isMac(mac);
    }

    /**
     * Checks a frame. Allocates nothing.
     *
     * @param frame start of the frame's head in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param parsed its {@link HeaderParser#parse} result
     * @param of port, VLAN and address owners of the frame
     * @return {@link #ALLOW} or the constant of the violation
     */
    public int check(MemorySegment heads, long frame, int headLength, long parsed, GuardQuery of) {
        long mac = Ethernet.source(heads, frame);
        if (!isMac(mac)) {
            return MAC;
        }
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0) {
            return UNREADABLE;
        }
        return switch (HeaderParser.etherType(parsed)) {
            case EtherType.IPV4 -> ipv4(heads, frame, headLength, parsed);
            case EtherType.IPV6 -> ipv6(heads, frame, headLength, parsed, of);
            case EtherType.ARP -> arp(heads, frame + HeaderParser.l3Offset(parsed), of);
            case EtherType.RARP -> rarp(heads, frame + HeaderParser.l3Offset(parsed));
            case EtherType.VLAN, EtherType.SERVICE_VLAN -> bindsIps ? IP : ALLOW;
            default -> ALLOW;
        };
    }

    // ---- ARP -------------------------------------------------------------------------------------------------------

    private int arp(MemorySegment heads, long arp, GuardQuery of) {
        if (!Arp.check(heads, arp, Arp.LENGTH)) {
            return UNREADABLE;
        }
        if (!isMac(Arp.senderMac(heads, arp))) {
            return MAC;
        }
        int sender = Arp.senderIp(heads, arp);
        boolean probe = sender == 0 && Arp.operation(heads, arp) == Arp.REQUEST;
        return probe ? probe(0, Prefix.ipv4(Arp.targetIp(heads, arp)), of) : isIpv4(sender) ? ALLOW : IP;
    }

    /** Evaluates a probe: a guest may not probe for an address that another port declares. */
    private static int probe(long targetHigh, long targetLow, GuardQuery of) {
        long owner = of.owners.declarer(of.vlan, targetHigh, targetLow, of.port);
        return owner < 0 ? ALLOW : of.probed(owner);
    }

    /** Allows requests only: a RARP reply assigns addresses, as a DHCP server does. */
    private int rarp(MemorySegment heads, long rarp) {
        int operation = Arp.operation(heads, rarp);
        if (operation != REVERSE_REQUEST) {
            return DHCP;
        }
        return isMac(Arp.senderMac(heads, rarp)) ? ALLOW : MAC;
    }

    // ---- IPv4 ------------------------------------------------------------------------------------------------------

    private int ipv4(MemorySegment heads, long frame, int headLength, long parsed) {
        if (!isDhcpServer && Dhcp.mayBeServer(heads, frame, parsed)) {
            return DHCP;
        }
        long ip = frame + HeaderParser.l3Offset(parsed);
        if (!isQuerier && GroupMessages.isIpv4Query(heads, frame, headLength, parsed)) {
            return QUERIER;
        }
        int source = Ipv4.source(heads, ip);
        if (isIpv4(source)) {
            return ALLOW;
        }
        if (source != 0) {
            return IP;
        }
        if (HeaderParser.protocol(parsed) == IpProtocol.IGMP) {
            return GroupMessages.isOfTheLink(heads, ip, parsed) ? ALLOW : IP;
        }
        if (!Dhcp.isFromClient(heads, frame, parsed)) {
            return IP;
        }
        if (headLength < Dhcp.fixedEnd(parsed) && headLength < HeaderParser.MAX_HEAD) {
            return NEEDS_LONGER_HEAD;
        }
        return Dhcp.isRequest(heads, frame, headLength, parsed) ? ALLOW : IP;
    }

    // ---- IPv6 ------------------------------------------------------------------------------------------------------

    private int ipv6(MemorySegment heads, long frame, int headLength, long parsed, GuardQuery of) {
        if (!isDhcpServer && Dhcp.mayBeServer(heads, frame, parsed)) {
            return DHCP;
        }
        if (HeaderParser.isFragment(parsed) && !HeaderParser.isFirstFragment(parsed)
                && HiddenHeaders.couldBeWrittenOver(heads, frame, parsed)) {
            return UNREADABLE;
        }
        long ip = frame + HeaderParser.l3Offset(parsed);
        long sourceHigh = Ipv6.sourceHigh(heads, ip);
        long sourceLow = Ipv6.sourceLow(heads, ip);
        boolean none = (sourceHigh | sourceLow) == 0;
        boolean isIcmp = HeaderParser.protocol(parsed) == IpProtocol.ICMPV6 && HeaderParser.isL4Complete(parsed);
        int type = isIcmp ? Icmpv6.type(heads, frame + HeaderParser.l4Offset(parsed)) : 0;
        if (!isRouter && (type == NeighborDiscovery.ROUTER_ADVERTISEMENT || type == NeighborDiscovery.REDIRECT)) {
            return RA;
        }
        if (!none && !isIpv6(sourceHigh, sourceLow, Ethernet.source(heads, frame), of)) {
            return IP;
        }
        if (isIcmp) {
            if (NeighborDiscovery.isType(type)) {
                return discovery(heads, frame, headLength, parsed, type, none, of);
            }
            if (type == Icmpv6.MLD_QUERY && !isQuerier) {
                return QUERIER;
            }
            boolean report = type == Icmpv6.MLD_REPORT || type == Icmpv6.MLD_DONE || type == Icmpv6.MLDV2_REPORT;
            return !none || report || !bindsIps ? ALLOW : IP;
        }
        return none && bindsIps ? IP : ALLOW;
    }

    private int discovery(MemorySegment heads, long frame, int headLength, long parsed, int type, boolean none,
            GuardQuery of) {
        if (HeaderParser.isFragment(parsed)) {
            return UNREADABLE;
        }
        int l4 = HeaderParser.l4Offset(parsed);
        int l3 = HeaderParser.l3Offset(parsed);
        int end = l3 + Ipv6.LENGTH + Ipv6.payloadLength(heads, frame + l3);
        if (end > headLength) {
            return headLength < HeaderParser.MAX_HEAD ? NEEDS_LONGER_HEAD : UNREADABLE;
        }
        long message = frame + l4;
        if (!NeighborDiscovery.check(heads, message, end - l4)) {
            return UNREADABLE;
        }
        if (!hasOwnLinkLayerAddresses(heads, message, end - l4, type)) {
            return MAC;
        }
        boolean claims = type == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT
                || type == NeighborDiscovery.NEIGHBOR_SOLICITATION && none;
        if (!claims) {
            return ALLOW;
        }
        long targetHigh = NeighborDiscovery.targetHigh(heads, message);
        long targetLow = NeighborDiscovery.targetLow(heads, message);
        if (type == NeighborDiscovery.NEIGHBOR_SOLICITATION) {
            return detection(targetHigh, targetLow, Ethernet.source(heads, frame), of);
        }
        boolean fromNowhere = none && bindsIps && type == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT;
        return !fromNowhere && isIpv6(targetHigh, targetLow, Ethernet.source(heads, frame), of)
                ? ALLOW
                : IP;
    }

    /** Evaluates duplicate address detection (RFC 4862, 5.4): allowed for any address without another owner. */
    private int detection(long targetHigh, long targetLow, long mac, GuardQuery of) {
        int answer = probe(targetHigh, targetLow, of);
        if (answer != ALLOW || !bindsIps || targetHigh != LINK_LOCAL_HIGH
                || holds(ipv4Count, high.length, targetHigh, targetLow)) {
            return answer;
        }
        long owner = linkLocalOwner(targetLow, mac, of);
        return owner < 0 ? ALLOW : of.probed(owner);
    }

    /** Checks every link-layer address option, because a receiver may use the last one. */
    private boolean hasOwnLinkLayerAddresses(MemorySegment heads, long message, int length, int type) {
        for (int at = NeighborDiscovery.optionsOffset(type); at < length;) {
            int option = NetworkOrder.getU8(heads, message + at);
            boolean linkLayer = option == NeighborDiscovery.OPTION_SOURCE_LINK_LAYER_ADDRESS
                    || option == NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS;
            if (linkLayer && !isMac(NeighborDiscovery.linkLayerAddress(heads, message + at))) {
                return false;
            }
            at += NeighborDiscovery.optionLength(heads, message + at);
        }
        return true;
    }

    // ---- what is bound ---------------------------------------------------------------------------------------------

    private boolean isMac(long mac) {
        for (long own : macs) {
            if (own == mac) {
                return true;
            }
        }
        return macs.length == 0;
    }

    private boolean isIpv4(int address) {
        return !bindsIps || holds(0, ipv4Count, 0, Prefix.ipv4(address));
    }

    private boolean isIpv6(long addressHigh, long addressLow, long mac, GuardQuery of) {
        if (!bindsIps || holds(ipv4Count, high.length, addressHigh, addressLow)) {
            return true;
        }
        return addressHigh == LINK_LOCAL_HIGH
                && of.owners.declarer(of.vlan, addressHigh, addressLow, of.port) < 0
                && linkLocalOwner(addressLow, mac, of) < 0;
    }

    /**
     * Returns the owner as {@link AddressOwners#linkLocalOwner} does; negative also for the address derived from the
     * guest's MAC address.
     */
    private long linkLocalOwner(long addressLow, long mac, GuardQuery of) {
        if (macs.length == 0 && addressLow == AddressOwners.eui64(mac)
                && of.owners.declared().declarerOfMac(of.vlan, mac, of.port) < 0) {
            return -1;
        }
        for (long own : macs) {
            if (addressLow == AddressOwners.eui64(own)) {
                return -1;
            }
        }
        return of.owners.linkLocalOwner(of, addressLow, mac, macs.length > 0);
    }

    private boolean holds(int from, int to, long addressHigh, long addressLow) {
        for (int i = from; i < to; i++) {
            if ((addressHigh & highMask[i]) == high[i] && (addressLow & lowMask[i]) == low[i]) {
                return true;
            }
        }
        return false;
    }
}
