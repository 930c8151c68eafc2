package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import net.weft.packet.EtherType;
import net.weft.packet.Icmp;
import net.weft.packet.Icmpv6;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Builds the ICMP errors (RFC 792, RFC 4443) that the gateway answers with, behind an Ethernet header: none about an error, a later
 * fragment, or a packet that was not for one host. How many leave is limited by {@link GatewayPeer#mayAnswer}.
 */
final class IcmpErrors {
    /** Kinds of error. */
    enum Kind {
        TOO_BIG(4, Icmpv6.PACKET_TOO_BIG, 0), HOST_UNREACHABLE(1, Icmpv6.DESTINATION_UNREACHABLE, 3), NO_ROUTE(0,
                Icmpv6.DESTINATION_UNREACHABLE, 0);

        private final int code;
        private final int type6;
        private final int code6;

        Kind(int code, int type6, int code6) {
            this.code = code;
            this.type6 = type6;
            this.code6 = code6;
        }
    }

    private static final int QUOTED_IPV4 = 548;
    private static final int QUOTED_IPV6 = 1232;
    private static final int HOP_LIMIT = 64;

    private IcmpErrors() {
    }

    /**
     * Builds an error about a packet.
     *
     * @param packet memory of the packet, of which {@code available} bytes are there
     * @param source sender of the error; null: the destination of the packet
     * @param mtu for {@link Kind#TOO_BIG}, else 0
     * @return the frame with zeros as MAC addresses, positioned at its end; null if no error may be sent about the packet
     */
    static @Nullable ByteBuffer about(MemorySegment packet, long at, int available, Kind kind, @Nullable Prefix source,
            int mtu) {
        if (Ipv4.check(packet, at, available)) {
            return ipv4(packet, at, available, kind, source, mtu);
        }
        return Ipv6.check(packet, at, available) ? ipv6(packet, at, available, kind, source, mtu) : null;
    }

    private static @Nullable ByteBuffer ipv4(MemorySegment packet, long at, int available, Kind kind,
            @Nullable Prefix source, int mtu) {
        int header = Ipv4.headerLength(packet, at);
        int from = Ipv4.source(packet, at);
        boolean isError = Ipv4.protocol(packet, at) == IpProtocol.ICMP && available > header
                && Icmp.isError(Icmp.type(packet, at + header));
        if (isError || Ipv4.fragmentOffset(packet, at) != 0 || from == 0 || from >>> 28 >= 0xe) {
            return null;
        }
        int quoted = Math.min(Math.min(available, Ipv4.totalLength(packet, at)), QUOTED_IPV4);
        int total = Ipv4.MIN_LENGTH + Icmp.LENGTH + quoted;
        ByteBuffer frame = ByteBuffer.allocate(LocalFrames.ETHERNET_BYTES + total);
        LocalFrames.ethernet(frame, 0, 0, EtherType.IPV4);
        frame.put((byte) 0x45).put((byte) 0xc0).putShort((short) total).putInt(0);
        frame.put((byte) HOP_LIMIT).put((byte) IpProtocol.ICMP).putShort((short) 0);
        frame.putInt(source == null ? Ipv4.destination(packet, at) : (int) source.low()).putInt(from);
        int icmp = frame.position();
        frame.put((byte) Icmp.DESTINATION_UNREACHABLE).put((byte) kind.code).putShort((short) 0).putInt(mtu);
        quote(packet, at, quoted, frame);
        MemorySegment own = MemorySegment.ofArray(frame.array());
        Ipv4.fillChecksum(own, LocalFrames.ETHERNET_BYTES);
        frame.putShort(icmp + Icmp.CHECKSUM,
                (short) InternetChecksum.finish(InternetChecksum.sum(own, icmp, Icmp.LENGTH + quoted)));
        return frame;
    }

    private static @Nullable ByteBuffer ipv6(MemorySegment packet, long at, int available, Kind kind,
            @Nullable Prefix source, int mtu) {
        int next = Ipv6.nextHeader(packet, at);
        boolean isError = next == IpProtocol.ICMPV6 && available > Ipv6.LENGTH
                && Icmpv6.isError(Icmpv6.type(packet, at + Ipv6.LENGTH));
        long fromHigh = Ipv6.sourceHigh(packet, at);
        long fromLow = Ipv6.sourceLow(packet, at);
        if (isError || fromHigh >>> 56 == 0xff || fromHigh == 0 && fromLow == 0) {
            return null;
        }
        int quoted = Math.min(Math.min(available, Ipv6.LENGTH + Ipv6.payloadLength(packet, at)), QUOTED_IPV6);
        int icmpBytes = Icmpv6.LENGTH + quoted;
        ByteBuffer frame = ByteBuffer.allocate(LocalFrames.ETHERNET_BYTES + Ipv6.LENGTH + icmpBytes);
        LocalFrames.ethernet(frame, 0, 0, EtherType.IPV6);
        frame.putInt(6 << 28).putShort((short) icmpBytes).put((byte) IpProtocol.ICMPV6).put((byte) HOP_LIMIT);
        frame.putLong(source == null ? Ipv6.destinationHigh(packet, at) : source.high());
        frame.putLong(source == null ? Ipv6.destinationLow(packet, at) : source.low());
        frame.putLong(fromHigh).putLong(fromLow);
        int icmp = frame.position();
        frame.put((byte) kind.type6).put((byte) kind.code6).putShort((short) 0).putInt(mtu);
        quote(packet, at, quoted, frame);
        LocalFrames.checksum(frame, icmp);
        return frame;
    }

    private static void quote(MemorySegment packet, long at, int bytes, ByteBuffer frame) {
        MemorySegment.copy(packet, at, MemorySegment.ofArray(frame.array()), frame.position(), bytes);
        frame.position(frame.position() + bytes);
    }
}
