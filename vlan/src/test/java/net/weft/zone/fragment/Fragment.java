package net.weft.zone.fragment;

import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;

import java.lang.foreign.MemorySegment;
import net.weft.packet.NetworkOrder;
import net.weft.zone.TestFrame;

/** A part of a datagram, from one unit of 8 bytes to before another. */
record Fragment(boolean isIpv6, int id, int start, int end, boolean last) {
    TestFrame frame() {
        byte[] data = new byte[(end - start) * 8];
        if (start == 0 && data.length >= 8) {
            data[5] = 8;
        }
        if (isIpv6) {
            byte[] header = hex("1100000000000000");
            var segment = MemorySegment.ofArray(header);
            NetworkOrder.putU16(segment, 2, start * 8 | (last ? 0 : 1));
            NetworkOrder.putInt(segment, 4, id);
            return TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x86dd,
                    ipv6("fd00::1", "fd00::2", 64, 44, concat(header, data)));
        }
        byte[] packet = ipv4("10.0.0.1", "10.0.0.2", 64, 17, start | (last ? 0 : 0x2000), data);
        NetworkOrder.putU16(MemorySegment.ofArray(packet), 4, id);
        return TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x800, packet);
    }
}
