package net.weft.zone.reject;

import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putLong;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU48;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.Icmpv6;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.MacAddress;
import net.weft.packet.NeighborDiscovery;
import net.weft.packet.Tcp;

/**
 * Builds the reply to a rejected frame: to TCP a reset (RFC 9293, 3.10.7.1), to other IP packets "communication
 * administratively prohibited", in ICMP type 3 code 13 (RFC 1812, 5.2.7.1) or ICMPv6 type 1 code 1 (RFC 4443, 3.1). Its
 * source MAC and IP addresses are those that the sender wanted to reach, so that no filter of the sender rejects it.
 * <p>There is no reply to resets, to errors, to frames and packets for groups, to senders that are not a single host,
 * and to fragments other than the first (RFC 1122, 3.2.2; RFC 4443, 2.4). An error quotes as much of the packet as lies
 * in the head and fits into {@link #MAX_LENGTH} bytes.
 */
public final class RejectReply {
    /**
     * The maximum length of a reply in bytes: within the 576 and 1280 bytes that the RFCs allow, and within the head of
     * a frame.
     */
    public static final int MAX_LENGTH = HeaderParser.MAX_HEAD;
    private static final int ADMINISTRATIVELY_PROHIBITED = 13;
    private static final int ADMINISTRATIVELY_PROHIBITED_V6 = 1;
    private static final int HOP_LIMIT = 64;
    /** The precedence "internetwork control" (RFC 1812, 4.3.2.5). */
    private static final int CONTROL_TOS = 0xc0;
    private static final int DONT_FRAGMENT = Ipv4.DONT_FRAGMENT << 13;

    private RejectReply() {
    }

    /**
     * Builds the reply. Allocates nothing.
     *
     * @param frame start of the rejected frame's head in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param parsed its {@link HeaderParser#parse} result
     * @param to receives the reply, untagged, {@link #MAX_LENGTH} bytes from {@code at}
     * @return the length of the reply; 0 when there must be none
     */
    public static int build(MemorySegment heads, long frame, int headLength, long parsed, MemorySegment to, long at) {
        boolean unreadable = (parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0;
        boolean laterFragment = HeaderParser.isFragment(parsed) && !HeaderParser.isFirstFragment(parsed);
        if (unreadable || laterFragment || MacAddress.isMulticast(Ethernet.destination(heads, frame))) {
            return 0;
        }
        int length = switch (HeaderParser.etherType(parsed)) {
            case EtherType.IPV4 -> ipv4(heads, frame, headLength, parsed, to, at + Ethernet.LENGTH);
            case EtherType.IPV6 -> ipv6(heads, frame, headLength, parsed, to, at + Ethernet.LENGTH);
            default -> 0;
        };
        if (length == 0) {
            return 0;
        }
        putU48(to, at + Ethernet.DESTINATION, Ethernet.source(heads, frame));
        putU48(to, at + Ethernet.SOURCE, Ethernet.destination(heads, frame));
        putU16(to, at + Ethernet.TYPE, HeaderParser.etherType(parsed));
        return Ethernet.LENGTH + length;
    }

    // ---- IPv4 ------------------------------------------------------------------------------------------------------

    private static int ipv4(MemorySegment heads, long frame, int headLength, long parsed, MemorySegment to, long at) {
        int l3 = HeaderParser.l3Offset(parsed);
        long ip = frame + l3;
        int source = Ipv4.source(heads, ip);
        int destination = Ipv4.destination(heads, ip);
        if (!isHost(source) || !isHost(destination)) {
            return 0;
        }
        int protocol = HeaderParser.protocol(parsed);
        if (protocol == IpProtocol.TCP) {
            int segment = Ipv4.totalLength(heads, ip) - Ipv4.headerLength(heads, ip);
            if (!reset(heads, frame, parsed, segment, to, at + Ipv4.MIN_LENGTH)) {
                return 0;
            }
            ipv4Header(to, at, 0, Tcp.MIN_LENGTH, IpProtocol.TCP, destination, source);
            long pseudo = InternetChecksum.ipv4PseudoHeader(to, at, IpProtocol.TCP, Tcp.MIN_LENGTH);
            checksum(to, at + Ipv4.MIN_LENGTH, Tcp.MIN_LENGTH, Tcp.CHECKSUM, pseudo);
            return Ipv4.MIN_LENGTH + Tcp.MIN_LENGTH;
        }
        if (protocol == IpProtocol.ICMP && Icmp.isError(Icmp.type(heads, frame + HeaderParser.l4Offset(parsed)))) {
            return 0;
        }
        int room = MAX_LENGTH - Ethernet.LENGTH - Ipv4.MIN_LENGTH - Icmp.LENGTH;
        int quote = Math.min(Math.min(headLength - l3, Ipv4.totalLength(heads, ip)), room);
        long icmp = at + Ipv4.MIN_LENGTH;
        quote(heads, ip, quote, to, icmp, Icmp.DESTINATION_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED);
        ipv4Header(to, at, CONTROL_TOS, Icmp.LENGTH + quote, IpProtocol.ICMP, destination, source);
        checksum(to, icmp, Icmp.LENGTH + quote, Icmp.CHECKSUM, 0);
        return Ipv4.MIN_LENGTH + Icmp.LENGTH + quote;
    }

    /**
     * Returns whether the address is a single host's: not "this network", loopback, multicast, reserved or broadcast.
     */
    private static boolean isHost(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    private static void ipv4Header(MemorySegment to, long at, int tos, int payload, int protocol, int source,
            int destination) {
        putU8(to, at + Ipv4.VERSION_IHL, 4 << 4 | Ipv4.MIN_LENGTH / 4);
        putU8(to, at + Ipv4.TOS, tos);
        putU16(to, at + Ipv4.TOTAL_LENGTH, Ipv4.MIN_LENGTH + payload);
        putU16(to, at + Ipv4.IDENTIFICATION, 0);
        putU16(to, at + Ipv4.FRAGMENT, DONT_FRAGMENT);
        putU8(to, at + Ipv4.TTL, HOP_LIMIT);
        putU8(to, at + Ipv4.PROTOCOL, protocol);
        putInt(to, at + Ipv4.SOURCE, source);
        putInt(to, at + Ipv4.DESTINATION, destination);
        Ipv4.fillChecksum(to, at);
    }

    // ---- IPv6 ------------------------------------------------------------------------------------------------------

    private static int ipv6(MemorySegment heads, long frame, int headLength, long parsed, MemorySegment to, long at) {
        int l3 = HeaderParser.l3Offset(parsed);
        int l4 = HeaderParser.l4Offset(parsed);
        long ip = frame + l3;
        boolean toHost = isHost(Ipv6.destinationHigh(heads, ip), Ipv6.destinationLow(heads, ip));
        if (!toHost || !isHost(Ipv6.sourceHigh(heads, ip), Ipv6.sourceLow(heads, ip))) {
            return 0;
        }
        int packet = Ipv6.LENGTH + Ipv6.payloadLength(heads, ip);
        int protocol = HeaderParser.protocol(parsed);
        if (protocol == IpProtocol.TCP) {
            if (!reset(heads, frame, parsed, packet - (l4 - l3), to, at + Ipv6.LENGTH)) {
                return 0;
            }
            ipv6Header(heads, ip, to, at, Tcp.MIN_LENGTH, IpProtocol.TCP);
            long pseudo = InternetChecksum.ipv6PseudoHeader(to, at, IpProtocol.TCP, Tcp.MIN_LENGTH);
            checksum(to, at + Ipv6.LENGTH, Tcp.MIN_LENGTH, Tcp.CHECKSUM, pseudo);
            return Ipv6.LENGTH + Tcp.MIN_LENGTH;
        }
        if (protocol == IpProtocol.ICMPV6) {
            int type = Icmpv6.type(heads, frame + l4);
            if (Icmpv6.isError(type) || type == NeighborDiscovery.REDIRECT) {
                return 0;
            }
        }
        int room = MAX_LENGTH - Ethernet.LENGTH - Ipv6.LENGTH - Icmpv6.LENGTH;
        int quote = Math.min(Math.min(headLength - l3, packet), room);
        long icmp = at + Ipv6.LENGTH;
        quote(heads, ip, quote, to, icmp, Icmpv6.DESTINATION_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED_V6);
        ipv6Header(heads, ip, to, at, Icmpv6.LENGTH + quote, IpProtocol.ICMPV6);
        long pseudo = InternetChecksum.ipv6PseudoHeader(to, at, IpProtocol.ICMPV6, Icmpv6.LENGTH + quote);
        checksum(to, icmp, Icmpv6.LENGTH + quote, Icmpv6.CHECKSUM, pseudo);
        return Ipv6.LENGTH + Icmpv6.LENGTH + quote;
    }

    /** Returns whether the address is a single host's: not multicast, unspecified or loopback. */
    private static boolean isHost(long high, long low) {
        return high >>> 56 != 0xff && (high != 0 || low >>> 1 != 0);
    }

    private static void ipv6Header(MemorySegment heads, long ip, MemorySegment to, long at, int payload,
            int nextHeader) {
        putInt(to, at + Ipv6.VERSION_CLASS_FLOW, 6 << 28);
        putU16(to, at + Ipv6.PAYLOAD_LENGTH, payload);
        putU8(to, at + Ipv6.NEXT_HEADER, nextHeader);
        putU8(to, at + Ipv6.HOP_LIMIT, HOP_LIMIT);
        putLong(to, at + Ipv6.SOURCE, Ipv6.destinationHigh(heads, ip));
        putLong(to, at + Ipv6.SOURCE + 8, Ipv6.destinationLow(heads, ip));
        putLong(to, at + Ipv6.DESTINATION, Ipv6.sourceHigh(heads, ip));
        putLong(to, at + Ipv6.DESTINATION + 8, Ipv6.sourceLow(heads, ip));
    }

    // ---- what they carry -------------------------------------------------------------------------------------------

    /**
     * Writes a reset with checksum 0; returns false, and writes nothing, if the segment is a reset itself.
     *
     * @param segment bytes of the segment, header included
     */
    private static boolean reset(MemorySegment heads, long frame, long parsed, int segment, MemorySegment to,
            long at) {
        long tcp = frame + HeaderParser.l4Offset(parsed);
        int flags = Tcp.flags(heads, tcp);
        boolean acknowledges = (flags & Tcp.ACK) != 0;
        boolean lengthUnknown = HeaderParser.isFragment(parsed) && !acknowledges;
        if ((flags & Tcp.RST) != 0 || lengthUnknown) {
            return false;
        }
        int taken = segment - Tcp.headerLength(heads, tcp) + Integer.bitCount(flags & (Tcp.SYN | Tcp.FIN));
        putU16(to, at + Tcp.SOURCE_PORT, Tcp.destinationPort(heads, tcp));
        putU16(to, at + Tcp.DESTINATION_PORT, Tcp.sourcePort(heads, tcp));
        putInt(to, at + Tcp.SEQUENCE, acknowledges ? Tcp.acknowledgment(heads, tcp) : 0);
        putInt(to, at + Tcp.ACKNOWLEDGMENT, acknowledges ? 0 : Tcp.sequence(heads, tcp) + taken);
        putU16(to, at + Tcp.DATA_OFFSET, Tcp.MIN_LENGTH / 4 << 12 | Tcp.RST | (acknowledges ? 0 : Tcp.ACK));
        putU16(to, at + Tcp.WINDOW, 0);
        putInt(to, at + Tcp.CHECKSUM, 0);
        return true;
    }

    /** Writes an error that quotes the packet, with checksum 0. */
    private static void quote(MemorySegment heads, long ip, int quote, MemorySegment to, long icmp, int type,
            int code) {
        putU8(to, icmp + Icmp.TYPE, type);
        putU8(to, icmp + Icmp.CODE, code);
        putU16(to, icmp + Icmp.CHECKSUM, 0);
        putInt(to, icmp + Icmp.REST, 0);
        MemorySegment.copy(heads, ip, to, icmp + Icmp.LENGTH, quote);
    }

    private static void checksum(MemorySegment to, long at, int length, int field, long pseudoHeader) {
        putU16(to, at + field, InternetChecksum.finish(pseudoHeader + InternetChecksum.sum(to, at, length)));
    }
}
