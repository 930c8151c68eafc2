package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;

/**
 * Locates the headers of a frame in a burst: runs {@link HeaderParser} on its private head, behind any further inline
 * tags. The results are packed words of the parser, and offsets from the start of the frame; they stay valid while the
 * head does not change.
 */
public final class Headers {
    /** Length of SCTP's common header in bytes (RFC 9260, 3.1). */
    static final int SCTP_LENGTH = 12;
    private static final int TAG_BYTES = 4;

    private Headers() {
    }

    /** Parses the headers of a frame. If they continue beyond the head, the head is extended up to its limit. */
    public static long parse(Burst burst, int frame) {
        long parsed = parseHead(burst, frame);
        if (HeaderParser.isTooLong(parsed)
                && burst.extendHead(frame, Math.min(burst.length[frame], Burst.HEAD_LIMIT))) {
            parsed = parseHead(burst, frame);
        }
        return parsed;
    }

    /** Parses a frame without looking behind a further inline tag: the result has the tag's EtherType. */
    public static long parseTag(Burst burst, int frame) {
        return HeaderParser.parse(burst.heads(), burst.headOffset(frame), burst.typeOffset[frame],
                burst.headLength[frame], burst.length[frame]);
    }

    private static long parseHead(Burst burst, int frame) {
        MemorySegment heads = burst.heads();
        long head = burst.headOffset(frame);
        int headLength = burst.headLength[frame];
        int typeOffset = burst.typeOffset[frame];
        while (typeOffset + TAG_BYTES + 2 <= headLength && EtherType.isVlan(getU16(heads, head + typeOffset))) {
            typeOffset += TAG_BYTES;
        }
        return HeaderParser.parse(heads, head, typeOffset, headLength, burst.length[frame]);
    }

    static boolean isIpv6(long parsed) {
        return HeaderParser.etherType(parsed) == EtherType.IPV6;
    }

    static boolean isTcp(long parsed) {
        return HeaderParser.protocol(parsed) == IpProtocol.TCP;
    }

    static boolean isSctp(long parsed) {
        return HeaderParser.protocol(parsed) == IpProtocol.SCTP;
    }

    /** Returns the end offset of the IP packet, at most the frame's length. */
    static int end(Burst burst, int frame, long parsed) {
        int l3 = HeaderParser.l3Offset(parsed);
        long ip = burst.headOffset(frame) + l3;
        return isIpv6(parsed)
                ? l3 + Ipv6.LENGTH + Ipv6.payloadLength(burst.heads(), ip)
                : l3 + Ipv4.totalLength(burst.heads(), ip);
    }

    /** Returns the offset of the payload of TCP, UDP or SCTP. */
    static int payload(Burst burst, int frame, long parsed) {
        int l4 = HeaderParser.l4Offset(parsed);
        if (isSctp(parsed)) {
            return l4 + SCTP_LENGTH;
        }
        return l4 + (isTcp(parsed) ? Tcp.headerLength(burst.heads(), burst.headOffset(frame) + l4) : Udp.LENGTH);
    }

    /** Returns the set of types of the IPv6 extension headers: bit {@code n} for type {@code n}; all are below 64. */
    static long extensions(Burst burst, int frame, long parsed) {
        MemorySegment heads = burst.heads();
        long head = burst.headOffset(frame);
        int l4 = HeaderParser.l4Offset(parsed);
        int at = HeaderParser.l3Offset(parsed) + Ipv6.LENGTH;
        int type = Ipv6.nextHeader(heads, head + HeaderParser.l3Offset(parsed));
        long types = 0;
        while (at < l4) {
            types |= 1L << type;
            int length = Ipv6Extensions.length(type, heads, head + at);
            type = getU8(heads, head + at);
            at += length;
        }
        return types;
    }

    /**
     * Returns the offset of the field with the transport protocol number, in the IPv6 header or its last extension
     * header.
     */
    static int lastNextHeader(Burst burst, int frame, long parsed) {
        MemorySegment heads = burst.heads();
        long head = burst.headOffset(frame);
        int l4 = HeaderParser.l4Offset(parsed);
        int field = HeaderParser.l3Offset(parsed) + Ipv6.NEXT_HEADER;
        int at = HeaderParser.l3Offset(parsed) + Ipv6.LENGTH;
        while (at < l4) {
            int length = Ipv6Extensions.length(getU8(heads, head + field), heads, head + at);
            field = at + Ipv6Extensions.NEXT_HEADER;
            at += length;
        }
        return field;
    }
}
