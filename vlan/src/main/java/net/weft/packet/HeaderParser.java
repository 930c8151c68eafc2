package net.weft.packet;

import static net.weft.packet.NetworkOrder.getU16;

import java.lang.foreign.MemorySegment;

/**
 * Finds the headers of a frame in one pass, for the packet path. It allocates nothing, never throws, and validates
 * every length field.
 * <p>The caller passes the head of a frame, the first {@code available} bytes of {@code frameLength}, and has skipped
 * its tags. From the type field {@link #parse} goes to the network header, over IPv4 options or IPv6 extension headers,
 * to the transport header, and packs the result into a long that the accessors read. Each header is checked against two
 * limits: a header that exceeds the frame, or the IP packet that contains it, is malformed; one that exceeds only the
 * head is too long, and the caller may gather more bytes and parse again. Offsets count from the start of the frame and
 * lie inside the head.
 * <p>Checksums are not verified: with offloads they are often not computed yet.
 */
public final class HeaderParser {
    /** The maximum number of bytes of a head that are parsed; further bytes are ignored. */
    public static final int MAX_HEAD = 512;

    /**
     * Set for a fragment of an IP datagram. The offset of the transport header is 0 unless this is the first fragment.
     */
    public static final long IS_FRAGMENT = 1L << 42;
    /**
     * Set for the first fragment: it contains the whole transport header, or is malformed (RFC 7112; RFC 1858 and 3128
     * for IPv4).
     */
    public static final long IS_FIRST_FRAGMENT = 1L << 43;
    /** Set if a whole TCP, UDP, ICMP, ICMPv6 or SCTP common header, options included, lies in the head and may be read. */
    public static final long IS_L4_COMPLETE = 1L << 44;
    /** The length of the SCTP common header: ports, verification tag, checksum (RFC 9260, 3.1). */
    private static final int SCTP_LENGTH = 12;
    /** Set if a header continues beyond the head. Fields found before it are valid. */
    public static final long IS_TOO_LONG = 1L << 45;
    /** Set if a header contradicts itself or exceeds its frame. Fields found before it are valid. */
    public static final long IS_MALFORMED = 1L << 46;

    private static final int L3_SHIFT = 16;
    private static final int L4_SHIFT = 25;
    private static final int PROTOCOL_SHIFT = 34;
    private static final int OFFSET_MASK = 0x1ff;
    /** The maximum datagram size in bytes; a fragment that exceeds it is malformed (RFC 791, 3.2). */
    private static final int MAX_DATAGRAM = 65535;

    private HeaderParser() {
    }

    /**
     * Parses a head.
     *
     * @param frameOffset offset of the frame's head in the segment
     * @param typeOffset bytes from there to the type field behind the last tag: 12 without tags
     * @param available readable bytes of the head, from {@code frameOffset}
     * @param frameLength bytes of the whole frame
     * @return the parsed headers, packed for the accessors
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

    /** Checks the transport header at {@code l4}, in a packet that ends at {@code end}. */
    private static long transport(MemorySegment segment, long frame, int l4, int head, int end, int protocol,
            boolean fragment) {
        long found = offsetIn(head, l4) << L4_SHIFT;
        int length = switch (protocol) {
            case IpProtocol.TCP -> Tcp.MIN_LENGTH;
            case IpProtocol.UDP -> Udp.LENGTH;
            case IpProtocol.ICMP -> Icmp.LENGTH;
            case IpProtocol.ICMPV6 -> Icmpv6.LENGTH;
            case IpProtocol.SCTP -> SCTP_LENGTH;
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

    /** Returns the result of {@link #parse} for a packet that is not a fragment and whose headers are valid. */
    public static long whole(int etherType, int l3, int l4, int protocol) {
        return etherType | (long) l3 << L3_SHIFT | (long) l4 << L4_SHIFT | (long) protocol << PROTOCOL_SHIFT
                | IS_L4_COMPLETE;
    }

    private static long fragmentFlags(boolean fragment, boolean first) {
        return (fragment ? IS_FRAGMENT : 0) | (first ? IS_FIRST_FRAGMENT : 0);
    }

    /**
     * Returns the flag for a header that ends here: 0 if it fits, {@link #IS_MALFORMED} beyond the packet, {@link
     * #IS_TOO_LONG} beyond the head.
     */
    private static long missing(int headerEnd, int head, int packetEnd) {
        return headerEnd > packetEnd ? IS_MALFORMED : headerEnd > head ? IS_TOO_LONG : 0;
    }

    private static long offsetIn(int head, int offset) {
        return offset < head ? offset : 0;
    }

    /** Returns the EtherType, or a length below {@link EtherType#MIN}; 0 when the head does not contain it. */
    public static int etherType(long parsed) {
        return (int) parsed & 0xffff;
    }

    /** Returns the offset of the network header, which follows the type field; 0 when it is not in the head. */
    public static int l3Offset(long parsed) {
        return (int) (parsed >>> L3_SHIFT) & OFFSET_MASK;
    }

    /** Returns the offset of the transport header, of any protocol; 0 if there is none or it is not in the head. */
    public static int l4Offset(long parsed) {
        return (int) (parsed >>> L4_SHIFT) & OFFSET_MASK;
    }

    /**
     * Returns the IP protocol, 0 for other frames. Behind IPv6 extension headers it is the last one's next header; in a
     * malformed packet, the invalid extension header; in fragments other than the first, the first header of the
     * datagram's fragmentable part.
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
