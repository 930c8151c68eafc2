package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.Burst;

/**
 * The flow hash that chooses a frame's leg. It covers the IP addresses, and for TCP and UDP packets that are not
 * fragments also the ports; without IP it covers the MAC addresses. All frames of one flow have the same hash. It is
 * computed once from the frame's private head and cached in the burst's column {@code flowHash}.
 */
final class FlowHash {
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final int NOT_FRAGMENT_MASK = 0x3FFF;

    private FlowHash() {
    }

    /** Returns the flow hash of a frame; never 0. */
    static int of(Burst burst, int i) {
        int cached = burst.flowHash[i];
        if (cached != 0) {
            return cached;
        }
        int hash = fold(read(burst, i));
        burst.flowHash[i] = hash;
        return hash;
    }

    private static int fold(long hash) {
        int folded = (int) (hash * MULTIPLIER >>> 32);
        return folded == 0 ? 1 : folded;
    }

    private static long read(Burst burst, int i) {
        long head = burst.head(i);
        int l3 = burst.typeOffset[i] + 2;
        int available = burst.headLength[i] - l3;
        int type = available < 0 ? 0 : Short.toUnsignedInt(Memory.getShortBe(head + l3 - 2));
        if (type == EtherType.IPV4 && available >= Ipv4.MIN_LENGTH) {
            return ipv4(head + l3, available);
        }
        if (type == EtherType.IPV6 && available >= Ipv6.LENGTH) {
            return ipv6(head + l3, available);
        }
        return Memory.getLong(head) * MULTIPLIER ^ Memory.getInt(head + 8);
    }

    private static long ipv4(long ip, int available) {
        long addresses = Memory.getLong(ip + Ipv4.SOURCE);
        int header = (Memory.getByte(ip) & 15) * 4;
        int protocol = Memory.getByte(ip + 9) & 0xFF;
        boolean isFragment = (Memory.getShortBe(ip + 6) & NOT_FRAGMENT_MASK) != 0;
        return addresses * MULTIPLIER ^ (isFragment ? protocol : ports(ip + header, protocol, available - header));
    }

    private static long ipv6(long ip, int available) {
        long addresses = (Memory.getLong(ip + Ipv6.SOURCE) * MULTIPLIER ^ Memory.getLong(ip + Ipv6.SOURCE + 8))
                * MULTIPLIER;
        addresses = (addresses ^ Memory.getLong(ip + Ipv6.DESTINATION)) * MULTIPLIER
                ^ Memory.getLong(ip + Ipv6.DESTINATION + 8);
        int protocol = Memory.getByte(ip + Ipv6.NEXT_HEADER) & 0xFF;
        return addresses * MULTIPLIER ^ ports(ip + Ipv6.LENGTH, protocol, available - Ipv6.LENGTH);
    }

    private static long ports(long l4, int protocol, int available) {
        boolean hasPorts = (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP) && available >= 4;
        return hasPorts ? (long) Memory.getInt(l4) << 8 | protocol : protocol;
    }
}
