package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU16;

import java.lang.foreign.MemorySegment;

/**
 * Finds the headers of a frame in one pass, for the packet path: allocates nothing, never throws, and believes no length field.
 *
 * <p>The caller holds the head of a frame, the first {@code available} bytes of {@code frameLength}, and has skipped
 * its tags. From the type field {@link #parse} goes to the network header, over IPv4 options or IPv6 extension headers,
 * to the transport header, and packs what it found into a long that the accessors read. Each header is measured against two
 * ends: one that leaves the frame, or the IP packet that holds it, is malformed; one that leaves only the head is too long, and
 * the caller may gather more bytes and parse again. Offsets count from the start of the frame and lie inside the head.
 *
 * <p>Checksums are not looked at: with offloads they are often still to be made.
 */
public final class HeaderParser {
    /** Bytes of a head that are looked at; any beyond are left alone. */
    public static final int MAX_HEAD = 512;

    /** A part of an IP datagram. The offset of the transport header is 0 unless this is the first. */
    public static final long IS_FRAGMENT = 1L << 42;
    /** The first part: it holds the transport header, whole, or is malformed (RFC 7112; RFC 1858 and 3128 for IPv4). */
    public static final long IS_FIRST_FRAGMENT = 1L << 43;
    /** A TCP, UDP, ICMP or ICMPv6 header, options included, lies in the head and may be read. */
    public static final long IS_L4_COMPLETE = 1L << 44;
    /** A header goes on beyond the head. What was found before it stands. */
    public static final long IS_TOO_LONG = 1L << 45;
    /** A header contradicts itself or leaves its frame. What was found before it stands. */
    public static final long IS_MALFORMED = 1L << 46;

    private static final int L3_SHIFT = 16;
    private static final int L4_SHIFT = 25;
    private static final int PROTOCOL_SHIFT = 34;
    private static final int OFFSET_MASK = 0x1ff;
    /** A datagram that a fragment would make longer than this cannot exist (RFC 791, 3.2). */
    private static final int MAX_DATAGRAM = 65535;

    private HeaderParser() {
    }

    /**
     * Parses a head.
     *
     * @param frameOffset where the frame's head starts in the segment
     * @param typeOffset bytes from there to the type field behind the last tag: 12 without tags
     * @param available readable bytes of the head, from {@code frameOffset}
     * @param frameLength bytes of the whole frame
     */
    public static long parse(MemorySegment segment, long frameOffset, int typeOffset, int available, int frameLength) {
        int head = Math.min(Math.min(available, frameLength), MAX_HEAD);
        int l3 = typeOffset + 2;
        if (l3 > head) {
            return l3 > frameLength ? IS_MALFORMED : IS_TOO_LONG;
        }
        int type = getU16(segment, frameOffset + typeOffset);
        long parsed = type | offsetIn(head, l3) << L3_SHIFT;
        return switch (type) {
            case EtherType.IPV4 -> parsed | ipv4(segment, frameOffset, l3, head, frameLength);
            case EtherType.IPV6 -> parsed | ipv6(segment, frameOffset, l3, head, frameLength);
            case EtherType.ARP, EtherType.RARP -> parsed | missing(l3 + Arp.LENGTH, head, frameLength);
            default -> parsed;
        };
    }

    private static long ipv4(MemorySegment segment, long frame, int l3, int head, int frameLength) {
        long missing = missing(l3 + Ipv4.MIN_LENGTH, head, frameLength);
        if (missing != 0) {
            return missing;
        }
        long ip = frame + l3;
        int headerLength = Ipv4.headerLength(segment, ip);
        int totalLength = Ipv4.totalLength(segment, ip);
        int end = l3 + totalLength;
        if (Ipv4.version(segment, ip) != 4 || headerLength < Ipv4.MIN_LENGTH || totalLength < headerLength
                || end > frameLength) {
            return IS_MALFORMED;
        }
        int protocol = Ipv4.protocol(segment, ip);
        int l4 = l3 + headerLength;
        boolean fragment = Ipv4.isFragment(segment, ip);
        int fragmentOffset = Ipv4.fragmentOffset(segment, ip);
        boolean first = fragment && fragmentOffset == 0;
        long parsed = (long) protocol << PROTOCOL_SHIFT | fragmentFlags(fragment, first);
        if (l4 > head) {
            return parsed | IS_TOO_LONG;
        }
        if (fragmentOffset != 0) {
            boolean tooFar = fragmentOffset + totalLength - headerLength > MAX_DATAGRAM;
            boolean overwritesHeader = fragmentOffset < Tcp.MIN_LENGTH && protocol == IpProtocol.TCP;
            return parsed | (tooFar || overwritesHeader ? IS_MALFORMED : 0);
        }
        return parsed | transport(segment, frame, l4, head, end, protocol, fragment);
    }

    private static long ipv6(MemorySegment segment, long frame, int l3, int head, int frameLength) {
        int payload = l3 + Ipv6.LENGTH;
        long missing = missing(payload, head, frameLength);
        if (missing != 0) {
            return missing;
        }
        long ip = frame + l3;
        int payloadLength = Ipv6.payloadLength(segment, ip);
        int end = payload + payloadLength;
        if (Ipv6.version(segment, ip) != 6 || end > frameLength) {
            return IS_MALFORMED;
        }
        long walked = Ipv6Extensions.walk(segment, frame + payload, head - payload, payloadLength,
                Ipv6.nextHeader(segment, ip));
        int protocol = Ipv6Extensions.protocol(walked);
        int l4 = payload + Ipv6Extensions.upperOffset(walked);
        boolean fragment = (walked & Ipv6Extensions.IS_FRAGMENT) != 0;
        boolean first = (walked & Ipv6Extensions.IS_FIRST_FRAGMENT) != 0;
        long parsed = (long) protocol << PROTOCOL_SHIFT | (fragment ? IS_FRAGMENT : 0)
                | (first ? IS_FIRST_FRAGMENT : 0);
        if ((walked & Ipv6Extensions.IS_MALFORMED) != 0) {
            return parsed | IS_MALFORMED;
        }
        if ((walked & Ipv6Extensions.IS_TOO_LONG) != 0 || l4 > head) {
            return parsed | IS_TOO_LONG;
        }
        boolean noTransport = (fragment && !first) || protocol == IpProtocol.NO_NEXT_HEADER;
        return noTransport ? parsed : parsed | transport(segment, frame, l4, head, end, protocol, fragment);
    }

    /** Measures the transport header at {@code l4}, in a packet that ends at {@code end}. */
    private static long transport(MemorySegment segment, long frame, int l4, int head, int end, int protocol,
            boolean fragment) {
        long found = offsetIn(head, l4) << L4_SHIFT;
        int length = switch (protocol) {
            case IpProtocol.TCP -> Tcp.MIN_LENGTH;
            case IpProtocol.UDP -> Udp.LENGTH;
            case IpProtocol.ICMP -> Icmp.LENGTH;
            case IpProtocol.ICMPV6 -> Icmpv6.LENGTH;
            default -> 0;
        };
        if (length == 0) {
            return found;
        }
        long missing = missing(l4 + length, head, end);
        if (missing != 0) {
            return found | missing;
        }
        if (protocol == IpProtocol.TCP) {
            length = Tcp.headerLength(segment, frame + l4);
            missing = length < Tcp.MIN_LENGTH ? IS_MALFORMED : missing(l4 + length, head, end);
        } else if (protocol == IpProtocol.UDP) {
            int datagram = Udp.datagramLength(segment, frame + l4);
            missing = datagram < Udp.LENGTH || (!fragment && l4 + datagram > end) ? IS_MALFORMED : 0;
        }
        return found | (missing == 0 ? IS_L4_COMPLETE : missing);
    }

    /** What {@link #parse} says of a packet that is no fragment, and in whose headers there is no fault. */
    public static long whole(int etherType, int l3, int l4, int protocol) {
        return etherType | (long) l3 << L3_SHIFT | (long) l4 << L4_SHIFT | (long) protocol << PROTOCOL_SHIFT
                | IS_L4_COMPLETE;
    }

    private static long fragmentFlags(boolean fragment, boolean first) {
        return (fragment ? IS_FRAGMENT : 0) | (first ? IS_FIRST_FRAGMENT : 0);
    }

    /** What is wrong with a header that ends here: nothing, or it leaves the packet, or only the head. */
    private static long missing(int headerEnd, int head, int packetEnd) {
        return headerEnd > packetEnd ? IS_MALFORMED : headerEnd > head ? IS_TOO_LONG : 0;
    }

    private static long offsetIn(int head, int offset) {
        return offset < head ? offset : 0;
    }

    /** EtherType, or a length below {@link EtherType#MIN}; 0 when even that was out of reach. */
    public static int etherType(long parsed) {
        return (int) parsed & 0xffff;
    }

    /** Offset of what follows the type field; 0 when nothing of it is in the head. */
    public static int l3Offset(long parsed) {
        return (int) (parsed >>> L3_SHIFT) & OFFSET_MASK;
    }

    /** Offset of the transport header, of whatever protocol; 0 for none, or when nothing of it is in the head. */
    public static int l4Offset(long parsed) {
        return (int) (parsed >>> L4_SHIFT) & OFFSET_MASK;
    }

    /**
     * The IP protocol, 0 for other frames. Behind IPv6 extension headers the last one's next header; with a fault the
     * extension header at fault; in fragments but the first, the first header of the datagram's fragmentable part.
     */
    public static int protocol(long parsed) {
        return (int) (parsed >>> PROTOCOL_SHIFT) & 0xff;
    }

    public static boolean isFragment(long parsed) {
        return (parsed & IS_FRAGMENT) != 0;
    }

    public static boolean isFirstFragment(long parsed) {
        return (parsed & IS_FIRST_FRAGMENT) != 0;
    }

    public static boolean isL4Complete(long parsed) {
        return (parsed & IS_L4_COMPLETE) != 0;
    }

    public static boolean isTooLong(long parsed) {
        return (parsed & IS_TOO_LONG) != 0;
    }

    public static boolean isMalformed(long parsed) {
        return (parsed & IS_MALFORMED) != 0;
    }
}
