package net.weft.wireguard;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import org.jspecify.annotations.Nullable;

/** The IP packet inside a data message: its true length, and whom its source belongs to. */
final class InnerPacket {
    static final int MALFORMED = -1;

    private InnerPacket() {
    }

    /** Bytes of the packet without its padding, or {@link #MALFORMED} if it is no IP packet that lies whole within {@code available}. */
    static int length(MemorySegment segment, long offset, int available) {
        int length;
        if (Ipv4.check(segment, offset, available)) {
            length = Ipv4.totalLength(segment, offset);
        } else if (Ipv6.check(segment, offset, available)) {
            length = Ipv6.LENGTH + Ipv6.payloadLength(segment, offset);
        } else {
            return MALFORMED;
        }
        return length <= available ? length : MALFORMED;
    }

    /** The peer that the source address belongs to, of a packet whose length was found. */
    static @Nullable Peer owner(MemorySegment segment, long offset, CryptokeyRoutes<Peer> routes) {
        return Ipv4.version(segment, offset) == 4
                ? routes.findIpv4(Ipv4.source(segment, offset))
                : routes.findIpv6(Ipv6.sourceHigh(segment, offset), Ipv6.sourceLow(segment, offset));
    }
}
