package net.weft.controller.member.packet;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Optional;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.MacAddress;
import net.weft.packet.NetworkOrder;
import net.weft.packet.VlanTag;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.trace.FrameFilter;

/** Matches frames against a {@link PacketSpec}. Called on worker threads: it compares bytes and allocates nothing. */
public final class PacketMatch implements FrameFilter {
    private static final int ETHERNET = 14;
    private static final int ANY = -1;

    private final PacketSpec.Kind kind;
    private final int etherType;
    private final int vid;
    private final long sourceMac;
    private final long destinationMac;
    private final byte[] source;
    private final byte[] destination;
    private final int sourcePort;
    private final int destinationPort;

    /**
     * Creates a match.
     *
     * @throws IllegalArgumentException if the description has a field that is not compared
     */
    public PacketMatch(PacketSpec spec) {
        if (spec.kind() == PacketSpec.Kind.RAW || spec.length().isPresent() || spec.segment().isPresent()
                || spec.checksum().isPresent() || spec.ttl().isPresent() || spec.tcpFlags().isPresent()
                || spec.tags().size() > 1) {
            throw new IllegalArgumentException("packets are followed by protocol, addresses, ports, MAC addresses and"
                    + " one vlan; leave out raw, flags, ttl, length, mss, csum and inner tags");
        }
        kind = spec.kind();
        etherType = spec.etherType();
        vid = spec.tags().isEmpty() ? ANY : VlanTag.vid(spec.tags().getFirst());
        sourceMac = spec.sourceMac().map(MacAddress::value).orElse((long) ANY);
        destinationMac = spec.destinationMac().map(MacAddress::value).orElse((long) ANY);
        source = bytes(spec.from().address());
        destination = bytes(spec.to().address());
        sourcePort = spec.from().port().orElse(ANY);
        destinationPort = spec.to().port().orElse(ANY);
    }

    private static byte[] bytes(Optional<InetAddress> address) {
        return address.map(InetAddress::getAddress).orElse(new byte[0]);
    }

    @Override
    public boolean matches(Burst burst, int index) {
        int head = burst.headLength[index];
        if (head < ETHERNET) {
            return kind == PacketSpec.Kind.ANY && vid == ANY && sourceMac == ANY && destinationMac == ANY;
        }
        MemorySegment heads = burst.heads();
        long at = burst.headOffset(index);
        if (destinationMac != ANY && mac(heads, at) != destinationMac
                || sourceMac != ANY && mac(heads, at + 6) != sourceMac) {
            return false;
        }
        int tag = burst.tag[index];
        int typeOffset = 12;
        while (typeOffset + 6 <= head && EtherType.isVlan(NetworkOrder.getU16(heads, at + typeOffset))) {
            tag = tag == 0 ? VlanTag.tag(heads, at + typeOffset) : tag;
            typeOffset += 4;
        }
        if (vid != ANY && VlanTag.vid(tag) != vid) {
            return false;
        }
        return kind == PacketSpec.Kind.ANY
                || matches(heads, at, HeaderParser.parse(heads, at, typeOffset, head, burst.length[index]));
    }

    private boolean matches(MemorySegment heads, long at, long parsed) {
        int type = HeaderParser.etherType(parsed);
        int l3 = HeaderParser.l3Offset(parsed);
        return switch (kind) {
            case ETHER -> type == etherType;
            case ARP -> type == EtherType.ARP && (source.length == 0 || equal(heads, at + l3 + 14, source))
                    && (destination.length == 0 || equal(heads, at + l3 + 24, destination));
            case TCP -> isIp(heads, at, parsed, IpProtocol.TCP);
            case UDP -> isIp(heads, at, parsed, IpProtocol.UDP);
            case ICMP -> isIp(heads, at, parsed, IpProtocol.ICMP);
            case ICMPV6 -> isIp(heads, at, parsed, IpProtocol.ICMPV6);
            default -> false;
        };
    }

    private boolean isIp(MemorySegment heads, long at, long parsed, int protocol) {
        int type = HeaderParser.etherType(parsed);
        boolean ipv6 = type == EtherType.IPV6;
        if (!ipv6 && type != EtherType.IPV4 || HeaderParser.protocol(parsed) != protocol) {
            return false;
        }
        long l3 = at + HeaderParser.l3Offset(parsed);
        int bytes = ipv6 ? 16 : 4;
        int first = ipv6 ? 8 : 12;
        if (!isAddress(heads, l3 + first, source, bytes) || !isAddress(heads, l3 + first + bytes, destination, bytes)) {
            return false;
        }
        if (sourcePort == ANY && destinationPort == ANY) {
            return true;
        }
        long l4 = at + HeaderParser.l4Offset(parsed);
        return HeaderParser.isL4Complete(parsed)
                && (sourcePort == ANY || NetworkOrder.getU16(heads, l4) == sourcePort)
                && (destinationPort == ANY || NetworkOrder.getU16(heads, l4 + 2) == destinationPort);
    }

    private static boolean isAddress(MemorySegment heads, long at, byte[] wanted, int bytes) {
        return wanted.length == 0 || wanted.length == bytes && equal(heads, at, wanted);
    }

    private static boolean equal(MemorySegment heads, long at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (NetworkOrder.getU8(heads, at + i) != (wanted[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static long mac(MemorySegment heads, long at) {
        return (long) NetworkOrder.getU16(heads, at) << 32 | NetworkOrder.getU32(heads, at + 2);
    }
}
