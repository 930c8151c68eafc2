package net.weft.vpn.packet;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Ethernet;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.offload.OffloadCheck;

/**
 * Joins TCP segments of one connection that follow each other into one super-frame, so that the switch and the guest's stack handle one
 * frame in place of many. A segment is joined if its headers are those of the first but for what counts on, its sequence number is the
 * next one, and its checksum is right, which nobody could check afterwards. What a port cannot take whole the switch cuts again into the
 * same segments. Belongs to one thread; allocates nothing.
 */
public final class TcpCoalescer {
    private static final int NO_FRAME = -1;
    private static final int ETHERNET = Ethernet.LENGTH;
    private static final int IPV4_NO_OPTIONS = 0x45;
    private static final int DONT_FRAGMENT = 0x4000;
    /** Most bytes of an IP packet, whose length field has 16 bits. */
    private static final int LARGEST = 0xffff;
    private static final int VALID = 0;

    private final MemorySegment area;
    private int frame = NO_FRAME;
    private long first;
    private int port;
    private long mac;
    private int ipBytes;
    private int headerBytes;
    private int segmentBytes;
    private int payloadBytes;
    private int nextSequence;
    private int segments;
    private boolean firstChecked;
    private boolean ended;

    /** @param area memory that holds the packets */
    public TcpCoalescer(MemorySegment area) {
        this.area = area;
    }

    /** Bytes of IP and TCP header of a segment that carries data and nothing else of note, 0 for any other packet. */
    private int headers(long at, int length) {
        int ip;
        if (getU8(area, at) == IPV4_NO_OPTIONS) {
            if (Ipv4.protocol(area, at) != IpProtocol.TCP || getU16(area, at + Ipv4.FRAGMENT) != DONT_FRAGMENT
                    || InternetChecksum.finish(InternetChecksum.sum(area, at, Ipv4.MIN_LENGTH)) != 0) {
                return 0;
            }
            ip = Ipv4.MIN_LENGTH;
        } else {
            if (Ipv4.version(area, at) != 6 || Ipv6.nextHeader(area, at) != IpProtocol.TCP) {
                return 0;
            }
            ip = Ipv6.LENGTH;
        }
        long tcp = at + ip;
        if (!Tcp.check(area, tcp, length - ip) || (Tcp.flags(area, tcp) & ~Tcp.PSH) != Tcp.ACK) {
            return 0;
        }
        int all = ip + Tcp.headerLength(area, tcp);
        return length > all ? all : 0;
    }

    /** Appends a packet to the newest frame of the burst, if it continues that; else nothing has changed. */
    public boolean join(Burst burst, long at, int length, int toPort, long toMac) {
        if (frame == NO_FRAME || ended || port != toPort || mac != toMac || length < headerBytes
                || length - headerBytes > segmentBytes || headerBytes + payloadBytes + length > LARGEST
                || headers(at, length) != headerBytes || !continues(at) || !checked(at, length)
                || !burst.extend(frame, area.address() + at + headerBytes, length - headerBytes)) {
            return false;
        }
        int payload = length - headerBytes;
        payloadBytes += payload;
        nextSequence += payload;
        segments++;
        boolean pushed = (Tcp.flags(area, at + ipBytes) & Tcp.PSH) != 0;
        if (pushed) {
            long flags = burst.headOffset(frame) + ETHERNET + ipBytes + Tcp.FLAGS;
            NetworkOrder.putU8(burst.heads(), flags, getU8(burst.heads(), flags) | Tcp.PSH);
        }
        ended = pushed || payload < segmentBytes;
        return true;
    }

    /** Whether the headers are those of the first segment, but for lengths, identification, checksums, PSH and the sequence number. */
    private boolean continues(long at) {
        long tcp = at + ipBytes;
        long firstTcp = first + ipBytes;
        return Tcp.sequence(area, tcp) == nextSequence
                && getInt(area, tcp) == getInt(area, firstTcp)
                && Tcp.acknowledgment(area, tcp) == Tcp.acknowledgment(area, firstTcp)
                && ((getU16(area, tcp + Tcp.DATA_OFFSET) ^ getU16(area, firstTcp + Tcp.DATA_OFFSET)) & ~Tcp.PSH) == 0
                && Tcp.window(area, tcp) == Tcp.window(area, firstTcp)
                && Tcp.urgentPointer(area, tcp) == Tcp.urgentPointer(area, firstTcp)
                && sameIp(at) && sameOptions(tcp, firstTcp);
    }

    private boolean sameIp(long at) {
        if (ipBytes == Ipv4.MIN_LENGTH) {
            return getU16(area, at) == getU16(area, first)
                    && getU16(area, at + Ipv4.TTL) == getU16(area, first + Ipv4.TTL)
                    && getLong(area, at + Ipv4.SOURCE) == getLong(area, first + Ipv4.SOURCE);
        }
        boolean same = getInt(area, at) == getInt(area, first)
                && getU16(area, at + Ipv6.NEXT_HEADER) == getU16(area, first + Ipv6.NEXT_HEADER);
        for (int word = Ipv6.SOURCE; same && word < Ipv6.LENGTH; word += Long.BYTES) {
            same = getLong(area, at + word) == getLong(area, first + word);
        }
        return same;
    }

    private boolean sameOptions(long tcp, long firstTcp) {
        int end = headerBytes - ipBytes;
        for (int word = Tcp.OPTIONS; word < end; word += Integer.BYTES) {
            if (getInt(area, tcp + word) != getInt(area, firstTcp + word)) {
                return false;
            }
        }
        return true;
    }

    private boolean checked(long at, int length) {
        if (!firstChecked) {
            if (!isValid(first, headerBytes + segmentBytes)) {
                frame = NO_FRAME;
                return false;
            }
            firstChecked = true;
        }
        return isValid(at, length);
    }

    private boolean isValid(long at, int length) {
        return InternetChecksum.finish(InternetChecksum.sum(area, at + ipBytes, length - ipBytes)
                + pseudo(area, at, length - ipBytes)) == VALID;
    }

    private long pseudo(MemorySegment packet, long at, int bytes) {
        return ipBytes == Ipv4.MIN_LENGTH
                ? InternetChecksum.ipv4PseudoHeader(packet, at, IpProtocol.TCP, bytes)
                : InternetChecksum.ipv6PseudoHeader(packet, at, IpProtocol.TCP, bytes);
    }

    /** The packet was added to the burst as its newest frame, behind one that is finished: others may follow it. */
    public void begin(Burst burst, long at, int length, int toPort, long toMac) {
        int headers = headers(at, length);
        if (headers == 0 || length - headers < OffloadCheck.MIN_TCP_SEGMENT) {
            return;
        }
        frame = burst.count - 1;
        first = at;
        port = toPort;
        mac = toMac;
        ipBytes = getU8(area, at) == IPV4_NO_OPTIONS ? Ipv4.MIN_LENGTH : Ipv6.LENGTH;
        headerBytes = headers;
        segmentBytes = length - headers;
        payloadBytes = segmentBytes;
        nextSequence = Tcp.sequence(area, at + ipBytes) + segmentBytes;
        segments = 1;
        firstChecked = false;
        ended = (Tcp.flags(area, at + ipBytes) & Tcp.PSH) != 0;
    }

    /** Completes the newest frame: lengths, and what the sender of a super-frame leaves to others. The next packet begins another one. */
    public void finish(Burst burst) {
        if (frame != NO_FRAME && segments > 1) {
            MemorySegment heads = burst.heads();
            long ip = burst.headOffset(frame) + ETHERNET;
            boolean isIpv4 = ipBytes == Ipv4.MIN_LENGTH;
            if (isIpv4) {
                NetworkOrder.putU16(heads, ip + Ipv4.TOTAL_LENGTH, headerBytes + payloadBytes);
                Ipv4.fillChecksum(heads, ip);
            } else {
                NetworkOrder.putU16(heads, ip + Ipv6.PAYLOAD_LENGTH, headerBytes + payloadBytes - Ipv6.LENGTH);
            }
            int partial = InternetChecksum.fold(pseudo(heads, ip, headerBytes - ipBytes + payloadBytes));
            NetworkOrder.putU16(heads, ip + ipBytes + Tcp.CHECKSUM, partial);
            burst.offload[frame] = Offload.of(Offload.NEEDS_CSUM, isIpv4 ? Offload.GSO_TCPV4 : Offload.GSO_TCPV6,
                    segmentBytes, ETHERNET + ipBytes, Tcp.CHECKSUM, ETHERNET + headerBytes);
        }
        frame = NO_FRAME;
    }
}
