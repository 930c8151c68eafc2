package net.weft.zone.guard;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;

/**
 * Validates IGMP (RFC 3376) and MLD (RFC 3810) messages: their records must fill them exactly and contain no auxiliary
 * data, and the message must be link-local.
 */
final class GroupMessages {
    private static final int QUERY = 0x11;
    private static final int REPORT_V1 = 0x12;
    private static final int REPORT_V2 = 0x16;
    private static final int LEAVE = 0x17;
    private static final int REPORT_V3 = 0x22;
    private static final int IGMP_LENGTH = 8;
    private static final int IGMP_QUERY_V3 = 12;
    private static final int MLD_LENGTH = 24;
    private static final int MLD_QUERY_V2 = 28;
    private static final int RECORDS = 8;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /** The only IPv4 option that is accepted: router alert (RFC 2113). */
    private static final int ROUTER_ALERT = 0x9404_0000;
    private static final int ALERTED = 24;
    /** The router alert option (RFC 2711) in hop-by-hop options, which may be padded in two ways. */
    private static final long ROUTER_ALERT_V6 = 0x0502_0000L;
    private static final int HOP_BY_HOP = 8;

    private GroupMessages() {
    }

    /** Returns whether the packet is an IGMP query, valid or not. */
    static boolean isIpv4Query(MemorySegment heads, long frame, int headLength, long parsed) {
        int l4 = HeaderParser.l4Offset(parsed);
        return HeaderParser.protocol(parsed) == IpProtocol.IGMP && l4 != 0 && l4 < headLength
                && getU8(heads, frame + HeaderParser.l4Offset(parsed)) == QUERY;
    }

    /** Returns whether an IGMP packet is link-local: to a group with TTL 1, not fragmented. */
    static boolean isOfTheLink(MemorySegment heads, long ip, long parsed) {
        return !HeaderParser.isFragment(parsed) && Ipv4.ttl(heads, ip) == 1
                && Ipv4.destination(heads, ip) >>> 28 == 0xe;
    }

    /** Returns whether the packet is valid IGMP; all of it must lie in the head. */
    static boolean isIgmp(MemorySegment heads, long frame, int headLength, long parsed) {
        int l4 = HeaderParser.l4Offset(parsed);
        int length = PolicyExempt.end(heads, frame, parsed) - l4;
        long ip = frame + HeaderParser.l3Offset(parsed);
        int header = Ipv4.headerLength(heads, ip);
        boolean isPlain = header == Ipv4.MIN_LENGTH
                || header == ALERTED && getInt(heads, ip + Ipv4.MIN_LENGTH) == ROUTER_ALERT;
        if (!isPlain || !isOfTheLink(heads, ip, parsed) || length < IGMP_LENGTH
                || l4 + length > headLength) {
            return false;
        }
        long igmp = frame + l4;
        return switch (getU8(heads, igmp)) {
            case QUERY -> length == IGMP_LENGTH || length >= IGMP_QUERY_V3
                    && length == IGMP_QUERY_V3 + getU16(heads, igmp + 10) * IPV4_BYTES;
            case REPORT_V1, REPORT_V2, LEAVE -> length == IGMP_LENGTH;
            case REPORT_V3 -> isFilled(heads, igmp, length, IPV4_BYTES);
            default -> false;
        };
    }

    /**
     * Returns whether the packet is valid MLD: from a link-local or unspecified address, hop limit 1; all of it must
     * lie in the head.
     */
    static boolean isMld(MemorySegment heads, long frame, int headLength, long parsed) {
        long ip = frame + HeaderParser.l3Offset(parsed);
        int l4 = HeaderParser.l4Offset(parsed);
        int length = PolicyExempt.end(heads, frame, parsed) - l4;
        if (Ipv6.hopLimit(heads, ip) != 1 || !isPlain(heads, ip, (int) (frame + l4 - ip)) || !isFromTheLink(heads, ip)
                || l4 + length > headLength) {
            return false;
        }
        long mld = frame + l4;
        return switch (Icmpv6.type(heads, mld)) {
            case Icmpv6.MLD_QUERY -> length == MLD_LENGTH || length >= MLD_QUERY_V2
                    && length == MLD_QUERY_V2 + getU16(heads, mld + 26) * IPV6_BYTES;
            case Icmpv6.MLD_REPORT, Icmpv6.MLD_DONE -> length == MLD_LENGTH;
            case Icmpv6.MLDV2_REPORT -> length >= RECORDS && isFilled(heads, mld, length, IPV6_BYTES);
            default -> false;
        };
    }

    private static boolean isPlain(MemorySegment heads, long ip, int header) {
        if (header != Ipv6.LENGTH + HOP_BY_HOP) {
            return header == Ipv6.LENGTH;
        }
        long options = getLong(heads, ip + Ipv6.LENGTH) & 0xff_ffff_ffff_ffL;
        return Ipv6.nextHeader(heads, ip) == 0 && (options == (ROUTER_ALERT_V6 << 16 | 0x0100)
                || options == ROUTER_ALERT_V6 << 16 || options == (0x0100L << 32 | ROUTER_ALERT_V6));
    }

    private static boolean isFromTheLink(MemorySegment heads, long ip) {
        long high = Ipv6.sourceHigh(heads, ip);
        return high >>> 54 == 0xfe80 >>> 6 || (high | Ipv6.sourceLow(heads, ip)) == 0;
    }

    /**
     * Returns whether the group records (type, length of auxiliary data, number of sources, group, sources) fill the
     * message.
     */
    private static boolean isFilled(MemorySegment heads, long message, int length, int addressBytes) {
        int at = RECORDS;
        int records = getU16(heads, message + 6);
        for (int record = 0; record < records && at + 4 + addressBytes <= length; record++) {
            if (getU8(heads, message + at + 1) != 0) {
                return false;
            }
            at += 4 + addressBytes + getU16(heads, message + at + 2) * addressBytes;
            if (record == records - 1) {
                return at == length;
            }
        }
        return records == 0 && length == RECORDS;
    }
}
