package net.weft.vswitch.zoning;

import java.util.SplittableRandom;
import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;

/**
 * The fields that identify the flow of a frame, as words that are quick to read and compare. Only UDP and TCP frames,
 * in IPv4 without options or IPv6 without extension headers and not fragmented, belong to a flow: for these the {@link
 * HeaderParser} result follows from the words, except for the lengths, which are checked. One instance per {@link
 * FlowCache}, refilled for each frame.
 */
final class FlowHeaders {
    /** The mask of EtherType, IP version and header length in a word of native order. */
    private static final long TYPE_AND_VERSION = 0xFF_FF_FFL;
    private static final long IPV4_WITHOUT_OPTIONS = 0x45_00_08L;
    private static final long TYPE_AND_VERSION_6 = 0xF0_FF_FFL;
    private static final long IPV6 = 0x60_DD_86L;
    /**
     * The mask of "more fragments", the fragment offset and the protocol; the reserved bit and "don't fragment" are
     * ignored.
     */
    private static final long FRAGMENT_AND_PROTOCOL = 0xFF_00_FF_3FL;
    private static final int PROTOCOL_SHIFT = 24;

    private static final int PORT_SHIFT = 32;
    private static final int IP_PROTOCOL_SHIFT = 48;
    private static final long IS_IPV6 = 1L << 56;

    /** The key of the hash, so that no sender can target a set of the {@link FlowCache}. */
    private final long secret;
    private final long secondSecret;

    long macs;
    /** The rest of the source MAC address, the ingress port, the IP protocol and the IP version. */
    long source;
    /** Both addresses of an IPv4 packet, or the first half of the source address of an IPv6 packet. */
    long addresses;
    /** The UDP or TCP ports. */
    long ports;
    // Fields of IPv6 packets only.
    long sourceLow;
    long destinationHigh;
    long destinationLow;

    /** @param seed key of the hash; unpredictable in production */
    FlowHeaders(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        secret = random.nextLong();
        secondSecret = random.nextLong();
    }

    /** Reads the fields of a frame; returns false, with undefined fields, if it belongs to no flow. */
    boolean read(Burst burst, int i) {
        int offset = burst.typeOffset[i];
        int available = burst.headLength[i] - offset - 2;
        if (available < Ipv4.MIN_LENGTH + Udp.LENGTH) {
            return false;
        }
        long head = burst.head(i);
        long first = Memory.getLong(head + offset);
        int room = burst.length[i] - offset - 2;
        long ip = head + offset + 2;
        int protocol = (first & TYPE_AND_VERSION) == IPV4_WITHOUT_OPTIONS
                ? ipv4(ip, available, room)
                : (first & TYPE_AND_VERSION_6) == IPV6 ? ipv6(ip, available, room) : 0;
        if (protocol == 0) {
            return false;
        }
        macs = Memory.getLong(head);
        source = Memory.getUnsignedInt(head + 8) | (long) burst.port[i] << PORT_SHIFT
                | (long) protocol << IP_PROTOCOL_SHIFT | ((first & TYPE_AND_VERSION_6) == IPV6 ? IS_IPV6 : 0);
        return true;
    }

    /** Reads addresses and ports; returns the protocol, or 0 if the frame belongs to no flow. */
    private int ipv4(long ip, int available, int room) {
        long kind = Memory.getLong(ip + 6) & FRAGMENT_AND_PROTOCOL;
        int total = Short.toUnsignedInt(Memory.getShortBe(ip + 2));
        int protocol = (int) (kind >>> PROTOCOL_SHIFT);
        if ((kind & (1L << PROTOCOL_SHIFT) - 1) != 0 || total > room
                || !isWhole(ip + Ipv4.MIN_LENGTH, protocol, total - Ipv4.MIN_LENGTH, available - Ipv4.MIN_LENGTH)) {
            return 0;
        }
        addresses = Memory.getLong(ip + Ipv4.SOURCE);
        ports = Memory.getUnsignedInt(ip + Ipv4.MIN_LENGTH);
        return protocol;
    }

    private int ipv6(long ip, int available, int room) {
        if (available < Ipv6.LENGTH + Udp.LENGTH) {
            return 0;
        }
        int payload = Short.toUnsignedInt(Memory.getShortBe(ip + Ipv6.PAYLOAD_LENGTH));
        int protocol = Memory.getShortBe(ip + Ipv6.NEXT_HEADER) >>> 8 & 0xff;
        if (payload > room - Ipv6.LENGTH
                || !isWhole(ip + Ipv6.LENGTH, protocol, payload, available - Ipv6.LENGTH)) {
            return 0;
        }
        addresses = Memory.getLong(ip + Ipv6.SOURCE);
        sourceLow = Memory.getLong(ip + Ipv6.SOURCE + 8);
        destinationHigh = Memory.getLong(ip + Ipv6.DESTINATION);
        destinationLow = Memory.getLong(ip + Ipv6.DESTINATION + 8);
        ports = Memory.getUnsignedInt(ip + Ipv6.LENGTH);
        return protocol;
    }

    /**
     * Returns whether a UDP or TCP header is complete.
     *
     * @param room bytes of the packet from there
     * @param available readable bytes from there, at least 8
     */
    private static boolean isWhole(long l4, int protocol, int room, int available) {
        if (protocol == IpProtocol.UDP) {
            int length = Short.toUnsignedInt(Memory.getShortBe(l4 + Udp.DATAGRAM_LENGTH));
            return length >= Udp.LENGTH && length <= room;
        }
        int end = Math.min(room, available);
        if (protocol != IpProtocol.TCP || end < Tcp.MIN_LENGTH) {
            return false;
        }
        int length = Memory.getShortBe(l4 + Tcp.DATA_OFFSET) >>> 10 & 0x3c;
        return length >= Tcp.MIN_LENGTH && length <= end;
    }

    boolean isIpv6() {
        return source >= IS_IPV6;
    }

    /** Returns a hash of all words; its upper bits are used. */
    long hash() {
        long folded = addresses ^ secret;
        if (isIpv6()) {
            folded = mixed(mixed(folded, sourceLow ^ secondSecret) ^ destinationHigh, destinationLow ^ secret);
        }
        return mixed(folded, ports ^ Long.rotateLeft(source, 32) ^ secondSecret);
    }

    /** Folds the 128-bit product of two words, each of which depends on a secret, into one. */
    private static long mixed(long word, long other) {
        return Math.multiplyHigh(word, other) ^ word * other;
    }

    /** Returns the IP protocol. @param source {@link #source} of a frame */
    static int protocol(long source) {
        return (int) (source >>> IP_PROTOCOL_SHIFT) & 0xff;
    }

    /** Returns the {@link HeaderParser} result for a frame. @param source its {@link #source} */
    static long parsed(long source, int typeOffset) {
        int l3 = typeOffset + 2;
        return source >= IS_IPV6
                ? HeaderParser.whole(EtherType.IPV6, l3, l3 + Ipv6.LENGTH, protocol(source))
                : HeaderParser.whole(EtherType.IPV4, l3, l3 + Ipv4.MIN_LENGTH, protocol(source));
    }
}
