package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.vswitch.burst.Burst;

/**
 * What a frame to an IP group is, from its private head alone. What is not plainly a packet to a group beyond the link is flooded: so
 * neighbour discovery, VRRP and all that is link-local always are (RFC 4541, 2.1.2 and 3).
 */
public final class MulticastGate {
    /** To be flooded. */
    static final int FLOODED = 0;
    /** To go where its group was asked for. */
    public static final int IPV4_GROUP = 1;
    public static final int IPV6_GROUP = 2;
    /** A station's report: for queriers and routers only, and for the control thread. */
    public static final int IPV4_REPORT = 3;
    public static final int IPV6_REPORT = 4;
    /** To be flooded, and for the control thread: a query, or a router that says it is there. */
    static final int QUERY = 5;

    private static final int PIM = 103;
    private static final int IPV6_BYTES = 40;
    private static final int LINK_LOCAL_SCOPE = 2;

    private MulticastGate() {
    }

    /** One of the constants. */
    public static int kind(Burst burst, int i, long destination) {
        int at = burst.typeOffset[i];
        int left = burst.headLength[i] - at - 2;
        if (left < 24) {
            return FLOODED;
        }
        long ip = burst.head(i) + at + 2;
        int type = Short.toUnsignedInt(Memory.getShortBe(ip - 2));
        if (type == EtherType.IPV4 && (destination & 0xFF_FFFF) == 0x5E_0001) {
            return ipv4(ip, left);
        }
        return type == EtherType.IPV6 && (destination & 0xFFFF) == 0x3333 && left >= IPV6_BYTES + 8
                ? ipv6(ip, left, destination)
                : FLOODED;
    }

    private static int ipv4(long ip, int left) {
        int protocol = Memory.getByte(ip + 9) & 0xFF;
        if (protocol == IpProtocol.IGMP) {
            int header = (Memory.getByte(ip) & 15) * 4;
            return header + 8 > left ? FLOODED : igmp(Memory.getByte(ip + header));
        }
        if (protocol == PIM) {
            return QUERY;
        }
        int group = Memory.getIntBe(ip + 16);
        return group >>> 28 != 0xE || group >>> 8 == 0xE0_0000 ? FLOODED : IPV4_GROUP;
    }

    /** What is not known is flooded (RFC 4541, 2.1.1). */
    private static int igmp(int type) {
        return switch (type) {
            case 0x11, 0x30, 0x32 -> QUERY;
            case 0x12, 0x16, 0x17, 0x22 -> IPV4_REPORT;
            default -> FLOODED;
        };
    }

    private static int mld(int type) {
        return switch (type) {
            case Icmpv6.MLD_QUERY, Icmpv6.ROUTER_DISCOVERY_ADVERTISEMENT, Icmpv6.ROUTER_DISCOVERY_TERMINATION -> QUERY;
            case Icmpv6.MLD_REPORT, Icmpv6.MLD_DONE, Icmpv6.MLDV2_REPORT -> IPV6_REPORT;
            default -> FLOODED;
        };
    }

    private static int ipv6(long ip, int left, long destination) {
        int next = Memory.getByte(ip + 6) & 0xFF;
        int at = IPV6_BYTES;
        if (next == IpProtocol.HOP_BY_HOP) {
            next = Memory.getByte(ip + at) & 0xFF;
            at += ((Memory.getByte(ip + at + 1) & 0xFF) + 1) * 8;
        }
        if (next == IpProtocol.ICMPV6 && at + 1 <= left) {
            int kind = mld(Memory.getByte(ip + at) & 0xFF);
            if (kind != FLOODED) {
                return kind;
            }
        }
        if (next == PIM) {
            return QUERY;
        }
        boolean solicitedNode = (destination & 0xFF_FFFF) == 0xFF_3333;
        return solicitedNode || Memory.getByte(ip + 24) != -1
                || (Memory.getByte(ip + 25) & 15) <= LINK_LOCAL_SCOPE ? FLOODED : IPV6_GROUP;
    }
}
