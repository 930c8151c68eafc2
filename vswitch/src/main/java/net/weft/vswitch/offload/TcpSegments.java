package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.vswitch.burst.Burst;

/**
 * Performs TCP segmentation (virtio GSO_TCPV4 and GSO_TCPV6): every segment has the headers of the super-frame, with
 * its own sequence number, IPv4 identification, lengths and checksums. Only the last segment keeps FIN and PSH. Only
 * the first keeps CWR, whether or not the offload word has the ECN flag (RFC 3168, 6.1.2: one CWR answers one ECE).
 */
final class TcpSegments implements Pieces {
    private static final int LAST_ONLY = Tcp.FIN | Tcp.PSH;

    private final SuperFrame frame;
    private int identification;
    private int fragment;
    private int sequence;
    private int flags;

    TcpSegments(SuperFrame frame) {
        this.frame = frame;
    }

    @Override
    public void start(int mtu) {
        MemorySegment heads = frame.heads();
        long head = frame.headOffset();
        sequence = Tcp.sequence(heads, head + frame.l4);
        flags = NetworkOrder.getU8(heads, head + frame.l4 + Tcp.FLAGS);
        if (!frame.ipv6) {
            identification = Ipv4.identification(heads, head + frame.l3);
            fragment = NetworkOrder.getU16(heads, head + frame.l3 + Ipv4.FRAGMENT);
        }
    }

    @Override
    public boolean append(Burst out) {
        int left = frame.left();
        if (left == 0) {
            return false;
        }
        int bytes = Math.min(frame.gsoSize(), left);
        boolean first = frame.taken == 0;
        int index = frame.begin(out, frame.payload, frame.payload, bytes);
        MemorySegment heads = out.heads();
        long tcp = out.headOffset(index) + frame.l4;
        putInt(heads, tcp + Tcp.SEQUENCE, sequence + frame.taken);
        putU8(heads, tcp + Tcp.FLAGS, flags & ~(bytes < left ? LAST_ONLY : 0) & ~(first ? 0 : Tcp.CWR));
        putU16(heads, tcp + Tcp.CHECKSUM, 0);
        frame.take(out, index, frame.payload, bytes);
        frame.finishIp(out, index, identification++, fragment);
        int end = out.length[index];
        long sum = Checksums.sum(out, index, frame.l4, end)
                + Checksums.pseudoHeader(out, index, frame.parsed, IpProtocol.TCP, end - frame.l4);
        putU16(heads, tcp + Tcp.CHECKSUM, InternetChecksum.finish(sum));
        return true;
    }
}
