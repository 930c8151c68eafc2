package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.linux.Memory;
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
    /** Bytes from the type field to the end of an IPv4 header without options. */
    private static final int PLAIN_BYTES = 2 + Ipv4.MIN_LENGTH;
    /** EtherType, and version and header length, of such a packet. */
    private static final long PLAIN_IPV4 = (long) EtherType.IPV4 << 8 | 0x45;
    private static final int NOT_FRAGMENT_MASK = 0x3FFF_0000;

    private Headers() {
    }

    /** Parses the headers of a frame. If they continue beyond the head, the head is extended up to its limit. */
    public static long parse(Burst burst, int frame) {
        long plain = parsePlain(burst, frame);
        return plain != 0 ? plain : parseAny(burst, frame);
    }

    /**
     * Parses TCP and UDP over IPv4 without options, fragments or further tags, which is most traffic. Returns what {@link
     * #parseAny} would return, or 0 for any other frame.
     */
    private static long parsePlain(Burst burst, int frame) {
        int typeOffset = burst.typeOffset[frame];
        int l4 = typeOffset + PLAIN_BYTES;
        int headLength = burst.headLength[frame];
        if (l4 + Udp.LENGTH > headLength) {
            return 0;
        }
        long head = burst.head(frame) + typeOffset;
        long start = Memory.getLongBe(head); // EtherType, version and header length, service, total length, identification
        int fragment = Memory.getIntBe(head + 8); // flags and fragment offset, time to live, protocol
        int end = typeOffset + 2 + ((int) (start >>> 16) & 0xFFFF);
        if (start >>> 40 != PLAIN_IPV4 || (fragment & NOT_FRAGMENT_MASK) != 0 || end > burst.length[frame]) {
            return 0;
        }
        int protocol = fragment & 0xFF;
        boolean isValid = protocol == IpProtocol.UDP
                ? isUdp(Memory.getIntBe(head + PLAIN_BYTES + 4) >>> 16, end - l4)
                : protocol == IpProtocol.TCP && l4 + Tcp.MIN_LENGTH <= headLength
                        && isTcp((Memory.getByte(head + PLAIN_BYTES + 12) & 0xF0) >>> 2, end - l4, headLength - l4);
        return isValid ? HeaderParser.whole(EtherType.IPV4, typeOffset + 2, l4, protocol) : 0;
    }

    /** @param available bytes of the IP packet behind its header */
    private static boolean isUdp(int length, int available) {
        return length >= Udp.LENGTH && length <= available;
    }

    private static boolean isTcp(int headerLength, int available, int inHead) {
        return headerLength >= Tcp.MIN_LENGTH && headerLength <= available && headerLength <= inHead;
    }

    /** As {@link #parse}, for all frames. */
    static long parseAny(Burst burst, int frame) {
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
