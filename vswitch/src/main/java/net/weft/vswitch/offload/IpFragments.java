package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import net.weft.linux.Memory;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6Fragment;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/**
 * Performs UDP fragmentation (virtio GSO_UDP): completes the checksum of the whole datagram, then cuts the packet into
 * IP fragments (RFC 791, 2.3; RFC 8200, 4.5) no larger than the sender requested and the egress MTU allows. Each
 * fragment repeats the headers before UDP; with IPv6 a fragment header follows them. The first fragment contains the
 * UDP header.
 */
final class IpFragments implements Pieces {
    private static final int MORE_FRAGMENTS = Ipv4.MORE_FRAGMENTS << 13;
    /** The multiplier is odd, so that multiplication is a bijection of 32-bit values. */
    private static final int SPREAD = 0x9e37_79b1;

    /** Least bytes of a fragment, whatever the MTU: the UDP header and 8 bytes of payload. */
    private static final int MIN_FRAGMENT = 16;

    private final int secret = new SecureRandom().nextInt();
    private int identifications = new SecureRandom().nextInt();

    private final SuperFrame frame;
    /** Bytes of the datagram in each fragment except the last, a multiple of 8. */
    private int fragmentBytes;
    private int checksum;
    private int identification;
    private int lastNextHeader;

    IpFragments(SuperFrame frame) {
        this.frame = frame;
    }

    @Override
    public void start(int mtu) {
        int headers = frame.l4 - frame.l3 + (frame.ipv6 ? Ipv6Fragment.LENGTH : 0);
        fragmentBytes = Math.max(Math.min(frame.gsoSize(), mtu - headers) & ~7, MIN_FRAGMENT);
        checksum = Offload.needsChecksum(frame.offload)
                ? InternetChecksum.finishUdp(frame.transportSum())
                : Udp.checksum(frame.heads(), frame.headOffset() + frame.l4);
        if (frame.ipv6) {
            identification = nextIdentification();
            lastNextHeader = frame.lastNextHeader();
        } else {
            identification = Ipv4.identification(frame.heads(), frame.headOffset() + frame.l3);
        }
    }

    /** Returns an identification that cannot be predicted from earlier ones (RFC 7739); none repeats within 2^32. */
    private int nextIdentification() {
        int mixed = ++identifications * SPREAD ^ secret;
        mixed = (mixed ^ mixed >>> 15) * SPREAD;
        return mixed ^ mixed >>> 13;
    }

    @Override
    public boolean append(Burst out) {
        boolean first = frame.taken == 0;
        int left = frame.left();
        if (left == 0) {
            return false;
        }
        int udp = first ? Udp.LENGTH : 0;
        int bytes = Math.min(fragmentBytes - udp, left);
        int offset = first ? 0 : frame.taken + Udp.LENGTH;
        boolean more = bytes < left;
        int l4 = frame.l4 + (frame.ipv6 ? Ipv6Fragment.LENGTH : 0);
        int index = frame.begin(out, frame.l4, l4 + udp, bytes);
        if (frame.ipv6) {
            fragmentHeader(out, index, offset, more);
        }
        if (first) {
            udpHeader(out, index, l4);
        }
        frame.take(out, index, l4 + udp, bytes);
        frame.finishIp(out, index, identification, offset >>> 3 | (more ? MORE_FRAGMENTS : 0));
        return true;
    }

    private void fragmentHeader(Burst out, int index, int offset, boolean more) {
        MemorySegment heads = out.heads();
        long head = out.headOffset(index);
        long header = head + frame.l4;
        putU8(heads, head + lastNextHeader, IpProtocol.FRAGMENT);
        putU8(heads, header + Ipv6Fragment.NEXT_HEADER, IpProtocol.UDP);
        putU8(heads, header + Ipv6Fragment.RESERVED, 0);
        putU16(heads, header + Ipv6Fragment.FRAGMENT, offset | (more ? 1 : 0));
        putInt(heads, header + Ipv6Fragment.IDENTIFICATION, identification);
    }

    private void udpHeader(Burst out, int index, int l4) {
        Memory.copy(frame.head() + frame.l4, out.head(index) + l4, Udp.LENGTH);
        putU16(out.heads(), out.headOffset(index) + l4 + Udp.CHECKSUM, checksum);
    }
}
