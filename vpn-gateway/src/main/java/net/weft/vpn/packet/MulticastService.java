package net.weft.vpn.packet;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Udp;

/** A protocol by which devices of one link find each other with UDP multicast, and which peers may take part in. */
public enum MulticastService {
    /** Multicast DNS: 224.0.0.251 and ff02::fb, port 5353 (RFC 6762, section 3). */
    MDNS(5353, 0xe000_00fb, 0xfb),
    /** The Simple Service Discovery Protocol of UPnP: 239.255.255.250, ff02::c and ff05::c, port 1900. */
    SSDP(1900, 0xefff_fffa, 0x0c);

    private static final long LINK_LOCAL = 0xff02L << 48;
    private static final long SITE_LOCAL = 0xff05L << 48;

    private final int port;
    private final int ipv4Group;
    private final long ipv6Group;

    MulticastService(int port, int ipv4Group, long ipv6Group) {
        this.port = port;
        this.ipv4Group = ipv4Group;
        this.ipv6Group = ipv6Group;
    }

    /**
     * Returns whether a packet belongs to one of some services: a whole UDP datagram to its group and port.
     *
     * @param length bytes of the packet that are there; its IP header has been checked
     */
    public static boolean isAny(Set<MulticastService> services, MemorySegment packet, long at, int length) {
        if (services.isEmpty()) {
            return false;
        }
        boolean isIpv4 = Ipv4.version(packet, at) == 4;
        int header = isIpv4 ? Ipv4.headerLength(packet, at) : Ipv6.LENGTH;
        boolean isUdp = isIpv4
                ? Ipv4.protocol(packet, at) == IpProtocol.UDP && !Ipv4.isFragment(packet, at)
                : Ipv6.nextHeader(packet, at) == IpProtocol.UDP;
        if (!isUdp || length < header + Udp.LENGTH) {
            return false;
        }
        int to = Udp.destinationPort(packet, at + header);
        for (MulticastService service : services) {
            if (service.port == to && (isIpv4
                    ? Ipv4.destination(packet, at) == service.ipv4Group
                    : service.isIpv6Group(Ipv6.destinationHigh(packet, at), Ipv6.destinationLow(packet, at)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isIpv6Group(long high, long low) {
        return low == ipv6Group && (high == LINK_LOCAL || high == SITE_LOCAL && this == SSDP);
    }

    /** Returns the MAC address of an IP multicast group (RFC 1112, section 6.4; RFC 2464, section 7). */
    public static long mac(boolean isIpv4, long low) {
        return isIpv4 ? 0x0100_5e00_0000L | low & 0x7f_ffff : 0x3333_0000_0000L | low & 0xffff_ffffL;
    }
}
