package net.weft.vpn.packet;

import java.lang.foreign.MemorySegment;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;

/**
 * Lowers the maximum segment size that a TCP SYN announces (RFC 9293, 3.7.1) to what fits a tunnel's MTU, so that a connection works even
 * where ICMP errors are lost. Looks at IPv4 packets and at IPv6 packets without extension headers; changes nothing else.
 */
public final class MssClamp {
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_MSS_BYTES = 4;

    private MssClamp() {
    }

    /** Clamps a packet in place. @param length bytes of the packet, which is a whole IP packet */
    public static void clamp(MemorySegment packet, long at, int length, int mtu) {
        if (Ipv4.version(packet, at) == 4) {
            int header = Ipv4.headerLength(packet, at);
            if (Ipv4.protocol(packet, at) == IpProtocol.TCP && Ipv4.fragmentOffset(packet, at) == 0) {
                segment(packet, at + header, length - header, mtu - Ipv4.MIN_LENGTH - Tcp.MIN_LENGTH);
            }
        } else if (Ipv6.nextHeader(packet, at) == IpProtocol.TCP) {
            segment(packet, at + Ipv6.LENGTH, length - Ipv6.LENGTH, mtu - Ipv6.LENGTH - Tcp.MIN_LENGTH);
        }
    }

    private static void segment(MemorySegment packet, long tcp, int available, int mss) {
        if (available < Tcp.MIN_LENGTH || (Tcp.flags(packet, tcp) & Tcp.SYN) == 0
                || !Tcp.check(packet, tcp, available)) {
            return;
        }
        int end = Tcp.headerLength(packet, tcp);
        int option = Tcp.OPTIONS;
        while (option < end) {
            int kind = NetworkOrder.getU8(packet, tcp + option);
            if (kind == OPTION_END) {
                return;
            }
            if (kind == OPTION_NOP) {
                option++;
                continue;
            }
            int bytes = option + 1 < end ? NetworkOrder.getU8(packet, tcp + option + 1) : 0;
            if (bytes < 2 || option + bytes > end) {
                return;
            }
            if (kind == OPTION_MSS && bytes == OPTION_MSS_BYTES) {
                lower(packet, tcp, option + 2, mss);
                return;
            }
            option += bytes;
        }
    }

    private static void lower(MemorySegment packet, long tcp, int at, int mss) {
        int announced = NetworkOrder.getU16(packet, tcp + at);
        if (announced <= mss) {
            return;
        }
        packet.set(NetworkOrder.SHORT, tcp + at, (short) mss);
        int checksum = Tcp.checksum(packet, tcp);
        boolean isOdd = (at & 1) != 0;
        int before = isOdd ? swapped(announced) : announced;
        int after = isOdd ? swapped(mss) : mss;
        packet.set(NetworkOrder.SHORT, tcp + Tcp.CHECKSUM, (short) InternetChecksum.update(checksum, before, after));
    }

    private static int swapped(int word) {
        return (word & 0xff) << 8 | word >>> 8;
    }
}
