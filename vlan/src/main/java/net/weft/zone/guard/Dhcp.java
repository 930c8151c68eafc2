package net.weft.zone.guard;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Udp;

/** Who speaks in a DHCP message, told by its UDP ports (RFC 2131, 4.1; RFC 8415, 7.2). The UDP header must be complete. */
final class Dhcp {
    private static final int SERVER = 67;
    private static final int CLIENT = 68;
    private static final int SERVER_V6 = 547;
    private static final int CLIENT_V6 = 546;

    private Dhcp() {
    }

    private static boolean isUdp(long parsed) {
        return HeaderParser.protocol(parsed) == IpProtocol.UDP && HeaderParser.isL4Complete(parsed);
    }

    private static boolean isIpv4(long parsed) {
        return HeaderParser.etherType(parsed) == EtherType.IPV4;
    }

    /** From the client's port to the server's. */
    static boolean isFromClient(MemorySegment heads, long frame, long parsed) {
        return has(heads, frame, parsed, isIpv4(parsed) ? CLIENT : CLIENT_V6, isIpv4(parsed) ? SERVER : SERVER_V6);
    }

    /** From the server's port to the client's. */
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

    /** Whether a client could take it for a server's, or a server or relay sent it: clients look at their own port only. */
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
}
