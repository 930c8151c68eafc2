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
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Ipv6Fragment;
import net.weft.packet.MacAddress;
import net.weft.packet.NeighborDiscovery;
import net.weft.packet.NetworkOrder;
import net.weft.zone.AddressBinding;
import net.weft.zone.Prefix;

/**
 * Says of each frame that a guarded port sends whether it calls itself what it may: its source MAC; in ARP and RARP the sender; its IPv4
 * or IPv6 source; in neighbour discovery the target it claims and its link-layer address. Then that it does not speak
 * as a DHCP server or a router.
 *
 * <p>Without an address of one's own one may ask for one: 0.0.0.0 as a DHCP client, in an ARP probe and in IGMP, {@code ::} in duplicate
 * address detection of what one may have (of another's address it would take that away: RFC 4862, 5.4.3), router solicitation and MLD. Any address of fe80::/10 is one's own, as stable and temporary ones
 * cannot be told from a MAC. Redirects are a router's, like advertisements.
 *
 * <p>Nothing hides behind extension headers or in fragments: {@link HeaderParser} walks the former and refuses a first fragment
 * without the whole chain (RFC 7112, 7113); neighbour discovery in fragments is refused (RFC 6980); and so is a later IPv6 fragment that could
 * write over the transport header of a first one that begins with extension headers. The same for a tag behind the
 * tag, which hides what is behind it, where addresses are bound.
 *
 * <p>Immutable; any thread may ask. A few addresses are looked through one by one; nothing is allocated.
 */
public final class PortGuard {
    public static final int ALLOW = 0;
    /** Another's MAC address. */
    public static final int MAC = 1;
    /** Another's IP address. */
    public static final int IP = 2;
    /** A DHCP server's message. */
    public static final int DHCP = 3;
    /** A router's advertisement or redirect. */
    public static final int RA = 4;
    /** Headers contradict themselves or go on beyond {@link HeaderParser#MAX_HEAD}: to be dropped as such. */
    public static final int UNREADABLE = 5;
    /** The whole frame, or {@link HeaderParser#MAX_HEAD} bytes of it, must be in the head: to be asked again then. */
    public static final int NEEDS_LONGER_HEAD = 6;

    private static final int REVERSE_REQUEST = 3;
    /** A transport header ends before this in what a fragmented datagram carries, as it must lie in the head. */
    private static final int HEADERS_END = HeaderParser.MAX_HEAD;

    private final long[] macs;
    private final boolean bindsIps;
    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    /** Prefixes before this place are IPv4, the others IPv6. */
    private final int ipv4Count;

    /** @param binding at least one MAC or IP, or it binds nothing but the roles of server and router */
    public PortGuard(AddressBinding binding) {
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

    /**
     * Allocates nothing.
     *
     * @param frame where the frame's head starts in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param parsed what {@link HeaderParser#parse} said of it
     * @return {@link #ALLOW} or another of these
     */
    public int check(MemorySegment heads, long frame, int headLength, long parsed) {
        long mac = Ethernet.source(heads, frame);
        if (!isMac(mac)) {
            return MAC;
        }
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0) {
            return UNREADABLE;
        }
        return switch (HeaderParser.etherType(parsed)) {
            case EtherType.IPV4 -> ipv4(heads, frame, parsed);
            case EtherType.IPV6 -> ipv6(heads, frame, headLength, parsed);
            case EtherType.ARP -> arp(heads, frame + HeaderParser.l3Offset(parsed));
            case EtherType.RARP -> rarp(heads, frame + HeaderParser.l3Offset(parsed));
            case EtherType.VLAN, EtherType.SERVICE_VLAN -> bindsIps ? IP : ALLOW;
            default -> ALLOW;
        };
    }

    // ---- ARP -------------------------------------------------------------------------------------------------------

    private int arp(MemorySegment heads, long arp) {
        if (!Arp.check(heads, arp, Arp.LENGTH)) {
            return UNREADABLE;
        }
        if (!isMac(Arp.senderMac(heads, arp))) {
            return MAC;
        }
        int sender = Arp.senderIp(heads, arp);
        boolean probe = sender == 0 && Arp.operation(heads, arp) == Arp.REQUEST;
        return probe || isIpv4(sender) ? ALLOW : IP;
    }

    /** Only asking: what answers gives addresses away, as a DHCP server does. */
    private int rarp(MemorySegment heads, long rarp) {
        int operation = Arp.operation(heads, rarp);
        if (operation != REVERSE_REQUEST) {
            return DHCP;
        }
        return isMac(Arp.senderMac(heads, rarp)) ? ALLOW : MAC;
    }

    // ---- IPv4 ------------------------------------------------------------------------------------------------------

    private int ipv4(MemorySegment heads, long frame, long parsed) {
        if (Dhcp.mayBeServer(heads, frame, parsed)) {
            return DHCP;
        }
        int source = Ipv4.source(heads, frame + HeaderParser.l3Offset(parsed));
        if (isIpv4(source)) {
            return ALLOW;
        }
        return source == 0 && PolicyExempt.passes(heads, frame, parsed, true) ? ALLOW : IP;
    }

    // ---- IPv6 ------------------------------------------------------------------------------------------------------

    private int ipv6(MemorySegment heads, long frame, int headLength, long parsed) {
        if (Dhcp.mayBeServer(heads, frame, parsed)) {
            return DHCP;
        }
        if (HeaderParser.isFragment(parsed) && !HeaderParser.isFirstFragment(parsed)
                && couldWriteOverHeaders(heads, frame, parsed)) {
            return UNREADABLE;
        }
        long ip = frame + HeaderParser.l3Offset(parsed);
        long sourceHigh = Ipv6.sourceHigh(heads, ip);
        long sourceLow = Ipv6.sourceLow(heads, ip);
        boolean none = (sourceHigh | sourceLow) == 0;
        if (!none && !isIpv6(sourceHigh, sourceLow)) {
            return IP;
        }
        if (HeaderParser.protocol(parsed) == IpProtocol.ICMPV6 && HeaderParser.isL4Complete(parsed)) {
            int type = Icmpv6.type(heads, frame + HeaderParser.l4Offset(parsed));
            if (NeighborDiscovery.isType(type)) {
                return discovery(heads, frame, headLength, parsed, type, none);
            }
            boolean report = type == Icmpv6.MLD_REPORT || type == Icmpv6.MLD_DONE || type == Icmpv6.MLDV2_REPORT;
            return !none || report || !bindsIps ? ALLOW : IP;
        }
        return none && bindsIps ? IP : ALLOW;
    }

    /** Where extension headers stand behind the fragment header, the transport header may lie beyond the first eight bytes. */
    private static boolean couldWriteOverHeaders(MemorySegment heads, long frame, long parsed) {
        if (!Ipv6Extensions.isExtension(HeaderParser.protocol(parsed))) {
            return false;
        }
        long payload = frame + HeaderParser.l3Offset(parsed) + Ipv6.LENGTH;
        int position = Ipv6Extensions.fragmentPosition(heads, payload, Ipv6.nextHeader(heads, payload - Ipv6.LENGTH));
        return Ipv6Fragment.fragmentOffset(heads, payload + position) < HEADERS_END;
    }

    private int discovery(MemorySegment heads, long frame, int headLength, long parsed, int type, boolean none) {
        if (type == NeighborDiscovery.ROUTER_ADVERTISEMENT || type == NeighborDiscovery.REDIRECT) {
            return RA;
        }
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
        boolean fromNowhere = none && bindsIps && type == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT;
        return !fromNowhere && isIpv6(targetHigh, targetLow) ? ALLOW : IP;
    }

    /** Every option of the kind, as a receiver may take the last. */
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

    private boolean isIpv6(long addressHigh, long addressLow) {
        boolean linkLocal = addressHigh >>> 54 == 0xfe80 >>> 6;
        return !bindsIps || linkLocal || holds(ipv4Count, high.length, addressHigh, addressLow);
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
