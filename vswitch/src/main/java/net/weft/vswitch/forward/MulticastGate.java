package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;
import net.weft.vswitch.burst.Burst;

/**
 * Classifies frames to IP multicast groups by their private head alone. Frames other than packets to a group with more
 * than link-local scope are flooded; so neighbour discovery, VRRP and all link-local traffic always are (RFC 4541,
 * 2.1.2 and 3).
 */
public final class MulticastGate {
    /** The frame is flooded. */
    static final int FLOODED = 0;
    /** The frame is IPv4 data for the ports that joined its group. */
    public static final int IPV4_GROUP = 1;
    /** The frame is IPv6 data for the ports that joined its group. */
    public static final int IPV6_GROUP = 2;
    /**
     * The frame is a host's IGMP report or leave: it is forwarded to queriers and routers only, and copied to multicast
     * control.
     */
    public static final int IPV4_REPORT = 3;
    /** The frame is a host's MLD report or done message. */
    public static final int IPV6_REPORT = 4;
    /** The frame is flooded and copied to multicast control: a query, or a router's announcement. */
    static final int QUERY = 5;

    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final int PIM = 103;
    private static final int IPV6_BYTES = 40;
    private static final int LINK_LOCAL_SCOPE = 2;

    private MulticastGate() {
    }

    /**
     * Returns the kind of a frame: one of the constants of this class.
     * @param destination MAC address, first byte lowest
     */
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

    /**
     * Returns whether a frame to a group tells the address of its sender: ARP to everyone, a neighbour solicitation or
     * advertisement.
     */
    static boolean isNeighborMessage(Burst burst, int i, long destination) {
        int at = burst.typeOffset[i] + 2;
        int left = burst.headLength[i] - at;
        if (left < Arp.LENGTH) {
            return false;
        }
        long head = burst.head(i) + at;
        int type = Short.toUnsignedInt(Memory.getShortBe(head - 2));
        if (type == EtherType.ARP) {
            return destination == BROADCAST;
        }
        if (type != EtherType.IPV6 || (destination & 0xFFFF) != 0x3333 || left <= IPV6_BYTES
                || (Memory.getByte(head + Ipv6.NEXT_HEADER) & 0xFF) != IpProtocol.ICMPV6) {
            return false;
        }
        int message = Memory.getByte(head + IPV6_BYTES) & 0xFF;
        return message == NeighborDiscovery.NEIGHBOR_SOLICITATION
                || message == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT;
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

    /** Unknown message types are flooded (RFC 4541, 2.1.1). */
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
