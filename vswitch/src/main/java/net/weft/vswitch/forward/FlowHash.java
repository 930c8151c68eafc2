package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.port.FlowFields;

/**
 * The flow hash that chooses a frame's leg. By default it covers the IP addresses, for TCP, UDP and SCTP packets that are
 * not fragments also the ports, and where an IPv6 packet has no ports to read its flow label; without IP it covers the MAC
 * addresses and the VLAN. All frames of one flow have the same hash. It is computed once from the frame's private head
 * and cached in the burst's column {@code flowHash}; the coarser choices of {@link FlowFields} are computed each time.
 */
final class FlowHash {
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final int NOT_FRAGMENT_MASK = 0x3FFF;
    /** Bytes from the type field to the end of an IPv4 header without options. */
    private static final int PLAIN_BYTES = 2 + Ipv4.MIN_LENGTH;
    /** EtherType, and version and header length, of such a packet. */
    private static final int PLAIN_IPV4 = EtherType.IPV4 << 8 | 0x45;
    private static final int FLOW_LABEL_MASK = 0xF_FFFF;

    private FlowHash() {
    }

    /** Returns the flow hash of a frame. */
    static int of(Burst burst, int i, FlowFields fields) {
        if (fields != FlowFields.L3_L4) {
            return fold(fields == FlowFields.L2 ? macs(burst, i) : macs(burst, i) ^ addresses(burst, i));
        }
        int cached = burst.flowHash[i];
        if (cached != 0) {
            return cached;
        }
        long plain = readPlain(burst, i);
        int hash = fold(plain != 0 ? plain : read(burst, i));
        burst.flowHash[i] = hash;
        return hash;
    }

    /** As {@link #of} for {@link FlowFields#L3_L4}, without the short way for plain packets. */
    static int whole(Burst burst, int i) {
        return fold(read(burst, i));
    }

    /**
     * Returns what {@link #read} returns for TCP, UDP and SCTP over IPv4 without options that is no fragment, which is most
     * traffic; 0 for other frames.
     */
    private static long readPlain(Burst burst, int i) {
        int typeOffset = burst.typeOffset[i];
        if (typeOffset + PLAIN_BYTES + 4 > burst.headLength[i]) {
            return 0;
        }
        long type = burst.head(i) + typeOffset;
        int fragment = Memory.getIntBe(type + 8); // flags and fragment offset, time to live, protocol
        int protocol = fragment & 0xFF;
        if (Memory.getIntBe(type) >>> 8 != PLAIN_IPV4 || (fragment & NOT_FRAGMENT_MASK << 16) != 0
                || !hasPorts(protocol, 4)) {
            return 0;
        }
        return Memory.getLong(type + 2 + Ipv4.SOURCE) * MULTIPLIER ^ ports(type + PLAIN_BYTES, protocol);
    }

    private static int fold(long hash) {
        int folded = (int) (hash * MULTIPLIER >>> 32);
        return folded == 0 ? 1 : folded;
    }

    private static long macs(Burst burst, int i) {
        long head = burst.head(i);
        return (Memory.getLong(head) * MULTIPLIER ^ Memory.getUnsignedInt(head + 8)) * MULTIPLIER ^ burst.vid[i];
    }

    /** Returns the EtherType if its whole fixed header lies in the frame's head, else 0. */
    private static int ipType(Burst burst, int i) {
        int l3 = burst.typeOffset[i] + 2;
        int available = burst.headLength[i] - l3;
        int type = available < 0 ? 0 : Short.toUnsignedInt(Memory.getShortBe(burst.head(i) + l3 - 2));
        return type == EtherType.IPV4 && available >= Ipv4.MIN_LENGTH
                || type == EtherType.IPV6 && available >= Ipv6.LENGTH ? type : 0;
    }

    private static long addresses(Burst burst, int i) {
        long ip = burst.head(i) + burst.typeOffset[i] + 2;
        return switch (ipType(burst, i)) {
            case EtherType.IPV4 -> Memory.getLong(ip + Ipv4.SOURCE) * MULTIPLIER;
            case EtherType.IPV6 -> ipv6Addresses(ip) * MULTIPLIER;
            default -> 0;
        };
    }

    private static long read(Burst burst, int i) {
        int l3 = burst.typeOffset[i] + 2;
        long ip = burst.head(i) + l3;
        int available = burst.headLength[i] - l3;
        return switch (ipType(burst, i)) {
            case EtherType.IPV4 -> ipv4(ip, available);
            case EtherType.IPV6 -> ipv6(ip, available);
            default -> macs(burst, i);
        };
    }

    private static long ipv4(long ip, int available) {
        long addresses = Memory.getLong(ip + Ipv4.SOURCE);
        int header = (Memory.getByte(ip) & 15) * 4;
        int protocol = Memory.getByte(ip + 9) & 0xFF;
        boolean isFragment = (Memory.getShortBe(ip + 6) & NOT_FRAGMENT_MASK) != 0;
        return addresses * MULTIPLIER ^ (isFragment
                ? 0
                : hasPorts(protocol, available - header)
                        ? ports(ip + header, protocol)
                        : protocol);
    }

    private static long ipv6Addresses(long ip) {
        long source = (Memory.getLong(ip + Ipv6.SOURCE) * MULTIPLIER ^ Memory.getLong(ip + Ipv6.SOURCE + 8))
                * MULTIPLIER;
        return (source ^ Memory.getLong(ip + Ipv6.DESTINATION)) * MULTIPLIER
                ^ Memory.getLong(ip + Ipv6.DESTINATION + 8);
    }

    /** A packet with extension headers is hashed by its addresses alone: some of its fragments, if any, have no ports. */
    private static long ipv6(long ip, int available) {
        int protocol = Memory.getByte(ip + Ipv6.NEXT_HEADER) & 0xFF;
        long rest = switch (protocol) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.DESTINATION_OPTIONS -> 0;
            default -> hasPorts(protocol, available - Ipv6.LENGTH)
                    ? ports(ip + Ipv6.LENGTH, protocol)
                    : (long) (Memory.getIntBe(ip) & FLOW_LABEL_MASK) << 8 | protocol;
        };
        return ipv6Addresses(ip) * MULTIPLIER ^ rest;
    }

    private static boolean hasPorts(int protocol, int available) {
        return (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP || protocol == IpProtocol.SCTP)
                && available >= 4;
    }

    private static long ports(long l4, int protocol) {
        return Memory.getUnsignedInt(l4) << 8 | protocol;
    }
}
