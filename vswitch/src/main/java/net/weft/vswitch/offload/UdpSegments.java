package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putU16;

import java.lang.foreign.MemorySegment;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;

/**
 * Performs UDP segmentation (virtio GSO_UDP_L4): a train of datagrams, each with the headers of the super-frame and its
 * own IPv4 identification, lengths and checksums.
 */
final class UdpSegments implements Pieces {
    private final SuperFrame frame;
    private int identification;
    private int fragment;

    UdpSegments(SuperFrame frame) {
        this.frame = frame;
    }

    @Override
    public void start(int mtu) {
        if (!frame.ipv6) {
            long ip = frame.headOffset() + frame.l3;
            identification = Ipv4.identification(frame.heads(), ip);
            fragment = NetworkOrder.getU16(frame.heads(), ip + Ipv4.FRAGMENT);
        }
    }

    @Override
    public boolean append(Burst out) {
        int left = frame.left();
        if (left == 0) {
            return false;
        }
        int bytes = Math.min(frame.gsoSize(), left);
        int index = frame.begin(out, frame.payload, frame.payload, bytes);
        frame.take(out, index, frame.payload, bytes);
        frame.finishIp(out, index, identification++, fragment);
        MemorySegment heads = out.heads();
        long udp = out.headOffset(index) + frame.l4;
        int datagram = Udp.LENGTH + bytes;
        putU16(heads, udp + Udp.DATAGRAM_LENGTH, datagram);
        putU16(heads, udp + Udp.CHECKSUM, 0);
        long sum = Checksums.sum(out, index, frame.l4, out.length[index])
                + Checksums.pseudoHeader(out, index, frame.parsed, IpProtocol.UDP, datagram);
        putU16(heads, udp + Udp.CHECKSUM, InternetChecksum.finishUdp(sum));
        return true;
    }
}
