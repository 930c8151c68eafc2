package net.weft.zone.guard;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Udp;

/**
 * Recognizes DHCP messages of clients and servers by their UDP ports (RFC 2131, 4.1; RFC 8415, 7.2), and validates
 * their form. The UDP header must be complete.
 */
final class Dhcp {
    private static final int SERVER = 67;
    private static final int CLIENT = 68;
    private static final int SERVER_V6 = 547;
    private static final int CLIENT_V6 = 546;

    /** The length of the fixed part with the magic cookie (RFC 2131, figure 1). */
    private static final int FIXED = 240;
    private static final int MOST = 1472;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int GATEWAY = 24;
    private static final int HARDWARE = 1;
    private static final int CLIENT_MAC = 28;
    private static final int COOKIE = 236;
    private static final int MAGIC = 0x6382_5363;

    /** The message types of clients, one bit each; those of servers follow (RFC 8415, 7.3). */
    private static final int CLIENT_TYPES = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 11;
    private static final int SERVER_TYPES = 1 << 2 | 1 << 7 | 1 << 10;
    private static final int FIXED_V6 = 4;
    private static final int OPTION_HEADER = 4;
    private static final long ALL_SERVERS_HIGH = 0xff02L << 48;
    private static final long ALL_SERVERS_LOW = 0x1_0002L;
    private static final long LINK_LOCAL_HIGH = 0xfe80L << 48;

    private Dhcp() {
    }

    private static boolean isUdp(long parsed) {
        return HeaderParser.protocol(parsed) == IpProtocol.UDP && HeaderParser.isL4Complete(parsed);
    }

    private static boolean isIpv4(long parsed) {
        return HeaderParser.etherType(parsed) == EtherType.IPV4;
    }

    /** Returns whether the message goes from the client port to the server port. */
    static boolean isFromClient(MemorySegment heads, long frame, long parsed) {
        return has(heads, frame, parsed, isIpv4(parsed) ? CLIENT : CLIENT_V6, isIpv4(parsed) ? SERVER : SERVER_V6);
    }

    /** Returns whether the message goes from the server port to the client port. */
    static boolean isToClient(MemorySegment heads, long frame, long parsed) {
        return has(heads, frame, parsed, isIpv4(parsed) ? SERVER : SERVER_V6, isIpv4(parsed) ? CLIENT : CLIENT_V6);
    }

    private static boolean has(MemorySegment heads, long frame, long parsed, int source, int destination) {
        if (!isUdp(parsed)) {
            return false;
        }
        long udp = frame + HeaderParser.l4Offset(parsed);
        return Udp.sourcePort(heads, udp) == source && Udp.destinationPort(heads, udp) == destination;
    }

    /**
     * Returns whether a server or relay sent the message, or a client could accept it as a server's: clients check
     * their own port only.
     */
    static boolean mayBeServer(MemorySegment heads, long frame, long parsed) {
        if (!isUdp(parsed)) {
            return false;
        }
        long udp = frame + HeaderParser.l4Offset(parsed);
        int source = Udp.sourcePort(heads, udp);
        int destination = Udp.destinationPort(heads, udp);
        return isIpv4(parsed)
                ? source == SERVER || destination == CLIENT
                : source == SERVER_V6 || destination == CLIENT_V6;
    }

    // ---- form ------------------------------------------------------------------------------------------------------

    /** Returns the end of the validated part, from the start of the frame: all of DHCPv6, the fixed part of DHCPv4. */
    static int fixedEnd(long parsed) {
        return HeaderParser.l4Offset(parsed) + Udp.LENGTH + FIXED;
    }

    /**
     * Returns whether the packet is a valid DHCPv4 message of a client that no relay has handled. Its fixed part must
     * lie in the head.
     */
    static boolean isRequest(MemorySegment heads, long frame, int headLength, long parsed) {
        return isMessage(heads, frame, headLength, parsed, REQUEST)
                && getInt(heads, message(frame, parsed) + GATEWAY) == 0;
    }

    /** Returns whether the packet is a valid DHCPv4 message of a server. */
    static boolean isReply(MemorySegment heads, long frame, int headLength, long parsed) {
        return isMessage(heads, frame, headLength, parsed, REPLY);
    }

    /** Returns the client's MAC address in a validated DHCPv4 message. */
    static long clientMac(MemorySegment heads, long frame, long parsed) {
        return getU48(heads, message(frame, parsed) + CLIENT_MAC);
    }

    private static long message(long frame, long parsed) {
        return frame + HeaderParser.l4Offset(parsed) + Udp.LENGTH;
    }

    private static boolean isMessage(MemorySegment heads, long frame, int headLength, long parsed, int operation) {
        if (HeaderParser.isFragment(parsed) || headLength < fixedEnd(parsed)) {
            return false;
        }
        long message = message(frame, parsed);
        int length = length(heads, frame, parsed);
        return length >= FIXED && length <= MOST && isFilled(heads, frame, parsed) && getU8(heads, message) == operation
                && getU8(heads, message + 1) == HARDWARE && getU8(heads, message + 2) == 6
                && getInt(heads, message + COOKIE) == MAGIC;
    }

    /** Returns whether the datagram fills its IP packet, without IP options before it or bytes after it. */
    private static boolean isFilled(MemorySegment heads, long frame, long parsed) {
        int l4 = HeaderParser.l4Offset(parsed);
        int header = isIpv4(parsed) ? Ipv4.MIN_LENGTH : Ipv6.LENGTH;
        return l4 == HeaderParser.l3Offset(parsed) + header
                && Udp.datagramLength(heads, frame + l4) == PolicyExempt.end(heads, frame, parsed) - l4;
    }

    private static int length(MemorySegment heads, long frame, long parsed) {
        return Udp.datagramLength(heads, frame + HeaderParser.l4Offset(parsed)) - Udp.LENGTH;
    }

    /**
     * Returns whether the packet is a valid DHCPv6 message of a client, from a link-local address. All of it must lie
     * in the head.
     */
    static boolean isRequestV6(MemorySegment heads, long frame, int headLength, long parsed) {
        long ip = frame + HeaderParser.l3Offset(parsed);
        boolean isForServers = Ipv6.destinationHigh(heads, ip) >>> 56 != 0xff
                || Ipv6.destinationHigh(heads, ip) == ALL_SERVERS_HIGH
                        && Ipv6.destinationLow(heads, ip) == ALL_SERVERS_LOW;
        return isForServers && Ipv6.sourceHigh(heads, ip) == LINK_LOCAL_HIGH
                && isMessageV6(heads, frame, headLength, parsed, CLIENT_TYPES);
    }

    /** Returns whether the packet is a valid DHCPv6 message of a server. */
    static boolean isReplyV6(MemorySegment heads, long frame, int headLength, long parsed) {
        return isMessageV6(heads, frame, headLength, parsed, SERVER_TYPES);
    }

    private static boolean isMessageV6(MemorySegment heads, long frame, int headLength, long parsed, int types) {
        int start = HeaderParser.l4Offset(parsed) + Udp.LENGTH;
        int length = length(heads, frame, parsed);
        if (HeaderParser.isFragment(parsed) || length < FIXED_V6 || start + length > headLength
                || !isFilled(heads, frame, parsed)) {
            return false;
        }
        long message = frame + start;
        int type = getU8(heads, message);
        if (type > 31 || (types >>> type & 1) == 0) {
            return false;
        }
        int at = FIXED_V6;
        while (at + OPTION_HEADER <= length) {
            at += OPTION_HEADER + getU16(heads, message + at + 2);
        }
        return at == length;
    }
}
