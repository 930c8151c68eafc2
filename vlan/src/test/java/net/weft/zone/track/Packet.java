package net.weft.zone.track;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.zone.Prefix;

/** An IP packet as a test writes it. */
record Packet(boolean isIpv6, Address source, Address destination, int protocol, byte[] payload) {
    /** IPv4 in its IPv6 form. */
    record Address(long high, long low) {
        static Address v4(int last) {
            return new Address(0, Prefix.ipv4(0x0a00_0000 + last));
        }

        static Address v6(int last) {
            return new Address(0xfd00_0000_0000_0000L, last);
        }
    }

    private static final int L3 = 14;

    /** A segment with a window of 1000 and no data. */
    static Packet tcp(Address source, int sourcePort, Address destination, int destinationPort, int flags, int sequence,
            int acknowledgment) {
        return tcp(source, sourcePort, destination, destinationPort, flags, sequence, acknowledgment, 1000, 0, "");
    }

    static Packet tcp(Address source, int sourcePort, Address destination, int destinationPort, int flags, int sequence,
            int acknowledgment, int window, int length, String options) {
        var header = new Tcp.Header(sourcePort, destinationPort, sequence, acknowledgment, flags, window, 0, 0,
                Octets.ofHex(options));
        byte[] payload = new byte[header.length() + length];
        header.emit(MemorySegment.ofArray(payload), 0);
        return of(source, destination, IpProtocol.TCP, payload);
    }

    static Packet udp(Address source, int sourcePort, Address destination, int destinationPort) {
        byte[] payload = new byte[Udp.LENGTH + 10];
        new Udp.Header(sourcePort, destinationPort, payload.length, 0).emit(MemorySegment.ofArray(payload), 0);
        return of(source, destination, IpProtocol.UDP, payload);
    }

    /** ICMP or ICMPv6 as the addresses are, with what it quotes. */
    static Packet icmp(Address source, Address destination, int type, int rest, byte[] quoted) {
        byte[] payload = new byte[Icmp.LENGTH + quoted.length];
        new Icmp.Header(type, 0, 0, rest).emit(MemorySegment.ofArray(payload), 0);
        System.arraycopy(quoted, 0, payload, Icmp.LENGTH, quoted.length);
        return of(source, destination, source.high() == 0 ? IpProtocol.ICMP : IpProtocol.ICMPV6, payload);
    }

    static Packet of(Address source, Address destination, int protocol, byte[] payload) {
        return new Packet(source.high() != 0, source, destination, protocol, payload);
    }

    /** The IP packet, of which an error quotes the first {@code bytes}. */
    byte[] quote(int bytes) {
        byte[] frame = frame();
        return Arrays.copyOfRange(frame, L3, Math.min(frame.length, L3 + bytes));
    }

    /** As it is on the wire, untagged. */
    byte[] frame() {
        int headerLength = isIpv6 ? Ipv6.LENGTH : Ipv4.MIN_LENGTH;
        byte[] frame = new byte[L3 + headerLength + payload.length];
        MemorySegment segment = MemorySegment.ofArray(frame);
        NetworkOrder.putU16(segment, 12, isIpv6 ? EtherType.IPV6 : EtherType.IPV4);
        if (isIpv6) {
            new Ipv6.Header(0, 0, payload.length, protocol, 64, source.high(), source.low(), destination.high(),
                    destination.low()).emit(segment, L3);
        } else {
            new Ipv4.Header(0, headerLength + payload.length, 0, 0, 0, 64, protocol, 0, (int) source.low(),
                    (int) destination.low(), Octets.EMPTY).emit(segment, L3);
        }
        System.arraycopy(payload, 0, frame, L3 + headerLength, payload.length);
        return frame;
    }

    /** Lets a tracker judge it, in VLAN 10. */
    int evaluate(ConnTracker tracker, int from, int to, int ingressPort) {
        byte[] frame = frame();
        return evaluate(tracker, frame, 10, from, to, ingressPort);
    }

    static int evaluate(ConnTracker tracker, byte[] frame, int vlan, int from, int to, int ingressPort) {
        MemorySegment segment = MemorySegment.ofArray(frame);
        long parsed = HeaderParser.parse(segment, 0, 12, frame.length, frame.length);
        return tracker.evaluate(segment, 0, parsed, frame.length, frame.length, vlan, from, to, ingressPort);
    }
}
