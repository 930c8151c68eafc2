package net.weft.zone.guard;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Ipv6Fragment;

/** Later fragments of IPv6 that could write over the transport header of the first one. */
final class HiddenHeaders {
    /** A transport header ends before this in what a fragmented datagram carries, as it must lie in the head. */
    private static final int HEADERS_END = HeaderParser.MAX_HEAD;

    private HiddenHeaders() {
    }

    /** Where extension headers stand behind the fragment header, the transport header may lie beyond the first eight bytes. */
    static boolean couldBeWrittenOver(MemorySegment heads, long frame, long parsed) {
        if (!Ipv6Extensions.isExtension(HeaderParser.protocol(parsed))) {
            return false;
        }
        long payload = frame + HeaderParser.l3Offset(parsed) + Ipv6.LENGTH;
        int position = Ipv6Extensions.fragmentPosition(heads, payload, Ipv6.nextHeader(heads, payload - Ipv6.LENGTH));
        return Ipv6Fragment.fragmentOffset(heads, payload + position) < HEADERS_END;
    }
}
