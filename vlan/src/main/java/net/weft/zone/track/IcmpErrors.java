package net.weft.zone.track;

import static net.weft.zone.track.Layout.LONG;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Tcp;

/**
 * Finds the connection of an ICMP (RFC 792) or ICMPv6 error (RFC 4443): that of the packet it quotes, if that packet
 * can have belonged to it: sent by the host that receives the error, between the zones of the error in opposite
 * direction, and, for TCP, with a sequence number that is outstanding (RFC 5927, 4.1).
 */
final class IcmpErrors {
    /** The result of {@link #find} when the quoted packet belongs to no connection. */
    static final int NONE = -1;
    /** The result of {@link #find} when the quoted packet was never sent, or cannot be parsed. */
    static final int FORGED = -2;
    private static final int QUOTED_BYTES = 8;

    private final ConnectionTable table;
    /** The tuple of the last quoted packet. */
    final ConnectionTuple key = new ConnectionTuple();

    IcmpErrors(ConnectionTable table) {
        this.table = table;
    }

    /** Returns whether messages of this type are errors about a connection. */
    static boolean isError(int protocol, int type) {
        return protocol == IpProtocol.ICMP
                ? type == Icmp.DESTINATION_UNREACHABLE || type == Icmp.TIME_EXCEEDED || type == Icmp.PARAMETER_PROBLEM
                : type >= Icmpv6.DESTINATION_UNREACHABLE && type <= Icmpv6.PARAMETER_PROBLEM;
    }

    /** Returns the query type for a query or its answer; -1 for messages that are neither. */
    static int query(int protocol, int type) {
        if (protocol == IpProtocol.ICMPV6) {
            return type == Icmpv6.ECHO_REQUEST || type == Icmpv6.ECHO_REPLY ? Icmpv6.ECHO_REQUEST : -1;
        }
        return switch (type) {
            case Icmp.ECHO_REQUEST, Icmp.ECHO_REPLY -> Icmp.ECHO_REQUEST;
            case 13, 14 -> 13; // timestamp
            case 15, 16 -> 15; // information
            case 17, 18 -> 17; // address mask
            default -> -1;
        };
    }

    /**
     * Finds the entry of the packet that an error quotes.
     *
     * @param error the tuple of the error itself
     * @return the slot, {@link #NONE} or {@link #FORGED}
     */
    int find(MemorySegment segment, long frame, long parsed, int available, ConnectionTuple error) {
        int end = Math.min(available, TcpSegment.packetEnd(segment, frame, parsed));
        int ip = HeaderParser.l4Offset(parsed) + Icmp.LENGTH;
        int l4 = error.etherType == EtherType.IPV4
                ? quotedIpv4(segment, frame, ip, end, error)
                : quotedIpv6(segment, frame, ip, end, error);
        if (l4 == FORGED || key.sourceLow != error.destinationLow || key.sourceHigh != error.destinationHigh
                || !readPorts(segment, frame + l4, end - l4)) {
            return FORGED;
        }
        key.complete(table);
        int slot = table.index().find(key);
        if (slot >= 0 && key.protocol == IpProtocol.TCP && !isOutstanding(slot, Tcp.sequence(segment, frame + l4))) {
            return FORGED;
        }
        return slot;
    }

    private int quotedIpv4(MemorySegment segment, long frame, int ip, int end, ConnectionTuple error) {
        long at = frame + ip;
        if (!Ipv4.check(segment, at, end - ip) || Ipv4.fragmentOffset(segment, at) != 0) {
            return FORGED;
        }
        key.addresses(segment, at, EtherType.IPV4, Ipv4.protocol(segment, at), error.vlan, error.to, error.from);
        return ip + Ipv4.headerLength(segment, at);
    }

    private int quotedIpv6(MemorySegment segment, long frame, int ip, int end, ConnectionTuple error) {
        long at = frame + ip;
        if (!Ipv6.check(segment, at, end - ip)) {
            return FORGED;
        }
        int payload = ip + Ipv6.LENGTH;
        long walked = Ipv6Extensions.walk(segment, frame + payload, end - payload, Ipv6.payloadLength(segment, at),
                Ipv6.nextHeader(segment, at));
        boolean isLaterFragment = (walked
                & (Ipv6Extensions.IS_FRAGMENT | Ipv6Extensions.IS_FIRST_FRAGMENT)) == Ipv6Extensions.IS_FRAGMENT;
        if ((walked & (Ipv6Extensions.IS_MALFORMED | Ipv6Extensions.IS_TOO_LONG)) != 0 || isLaterFragment) {
            return FORGED;
        }
        key.addresses(segment, at, EtherType.IPV6, Ipv6Extensions.protocol(walked), error.vlan, error.to, error.from);
        return payload + Ipv6Extensions.upperOffset(walked);
    }

    private boolean readPorts(MemorySegment segment, long l4, int available) {
        boolean isIcmp = key.isIcmp();
        if (!isIcmp && !IpProtocol.hasPorts(key.protocol)) {
            return true;
        }
        if (available < QUOTED_BYTES) {
            return false;
        }
        if (!isIcmp) {
            key.ports(segment, l4);
            return true;
        }
        return key.query(segment, l4);
    }

    private boolean isOutstanding(int slot, int sequence) {
        if ((key.state & Layout.SEEN << key.side) == 0) {
            return false;
        }
        MemorySegment memory = table.segment();
        long scales = (long) LONG.getOpaque(memory, table.entry(slot) + Layout.SCALES);
        int behind = TcpWindows.end((long) LONG.getOpaque(memory, table.window(slot, key.side))) - sequence;
        int window = Math.max(TcpWindows.largestBytes(scales, key.side ^ 1), TcpWindows.MAX_ACK_WINDOW);
        return behind >= 0 && behind <= window;
    }
}
