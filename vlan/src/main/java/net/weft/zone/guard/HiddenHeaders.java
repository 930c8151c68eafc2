package net.weft.zone.guard;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Ipv6Fragment;

/** Detects later IPv6 fragments that could overwrite the transport header of the first fragment. */
final class HiddenHeaders {
    /** The maximum end of a transport header in a fragmented datagram: the header must lie in the head. */
    private static final int HEADERS_END = HeaderParser.MAX_HEAD;

    private HiddenHeaders() {
    }

    /**
     * Returns whether a later fragment could overwrite the transport header: behind extension headers it may lie beyond
     * the first eight bytes.
     */
    static boolean couldBeWrittenOver(MemorySegment heads, long frame, long parsed) {
        if (!Ipv6Extensions.isExtension(HeaderParser.protocol(parsed))) {
            return false;
        }
        long payload = frame + HeaderParser.l3Offset(parsed) + Ipv6.LENGTH;
        int position = Ipv6Extensions.fragmentPosition(heads, payload, Ipv6.nextHeader(heads, payload - Ipv6.LENGTH));
        return Ipv6Fragment.fragmentOffset(heads, payload + position) < HEADERS_END;
    }
}
