package net.weft.zone.reject;

import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putLong;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU48;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmpv6;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;

/**
 * Builds the reply to a guest that has probed for an address of another port, on behalf of its owner: to an ARP probe a
 * reply (RFC 5227, 2.1.1), to duplicate address detection an advertisement to all nodes (RFC 4861, 7.2.4). So the guest
 * does not use the address, and the owner never receives the probe.
 */
public final class ProbeAnswer {
    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
    private static final int OPTION = 8;
    private static final int ADVERTISEMENT = NeighborDiscovery.TARGET + 16 + OPTION;

    private ProbeAnswer() {
    }

    /**
     * Builds the reply. Allocates nothing.
     *
     * @param frame start of the probe's head in {@code heads}
     * @param parsed its {@link HeaderParser#parse} result
     * @param owner MAC address of the owner of the address
     * @param to receives the reply, untagged, {@link RejectReply#MAX_LENGTH} bytes from {@code at}
     * @return the length of the reply
     */
    public static int build(MemorySegment heads, long frame, long parsed, long owner, MemorySegment to, long at) {
        boolean isArp = HeaderParser.etherType(parsed) == EtherType.ARP;
        putU48(to, at + Ethernet.DESTINATION, isArp ? Ethernet.source(heads, frame) : ALL_NODES_MAC);
        putU48(to, at + Ethernet.SOURCE, owner);
        putU16(to, at + Ethernet.TYPE, HeaderParser.etherType(parsed));
        long body = at + Ethernet.LENGTH;
        return Ethernet.LENGTH + (isArp
                ? arp(heads, frame + HeaderParser.l3Offset(parsed), owner, to, body)
                : advertisement(heads, frame + HeaderParser.l4Offset(parsed), owner, to, body));
    }

    private static int arp(MemorySegment heads, long probe, long owner, MemorySegment to, long at) {
        MemorySegment.copy(heads, probe, to, at, Arp.LENGTH);
        putU16(to, at + Arp.OPERATION, Arp.REPLY);
        putU48(to, at + Arp.SENDER_MAC, owner);
        putInt(to, at + Arp.SENDER_IP, Arp.targetIp(heads, probe));
        putU48(to, at + Arp.TARGET_MAC, Arp.senderMac(heads, probe));
        putInt(to, at + Arp.TARGET_IP, 0);
        return Arp.LENGTH;
    }

    private static int advertisement(MemorySegment heads, long probe, long owner, MemorySegment to, long at) {
        long high = NeighborDiscovery.targetHigh(heads, probe);
        long low = NeighborDiscovery.targetLow(heads, probe);
        putInt(to, at + Ipv6.VERSION_CLASS_FLOW, 6 << 28);
        putU16(to, at + Ipv6.PAYLOAD_LENGTH, ADVERTISEMENT);
        putU8(to, at + Ipv6.NEXT_HEADER, IpProtocol.ICMPV6);
        putU8(to, at + Ipv6.HOP_LIMIT, 255);
        putLong(to, at + Ipv6.SOURCE, high);
        putLong(to, at + Ipv6.SOURCE + 8, low);
        putLong(to, at + Ipv6.DESTINATION, 0xff02L << 48);
        putLong(to, at + Ipv6.DESTINATION + 8, 1);
        long icmp = at + Ipv6.LENGTH;
        putU8(to, icmp + Icmpv6.TYPE, NeighborDiscovery.NEIGHBOR_ADVERTISEMENT);
        putU8(to, icmp + Icmpv6.CODE, 0);
        putU16(to, icmp + Icmpv6.CHECKSUM, 0);
        putInt(to, icmp + Icmpv6.REST, NeighborDiscovery.NA_OVERRIDE);
        putLong(to, icmp + NeighborDiscovery.TARGET, high);
        putLong(to, icmp + NeighborDiscovery.TARGET + 8, low);
        long option = icmp + NeighborDiscovery.TARGET + 16;
        putU8(to, option, NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS);
        putU8(to, option + 1, 1);
        putU48(to, option + 2, owner);
        long pseudo = InternetChecksum.ipv6PseudoHeader(to, at, IpProtocol.ICMPV6, ADVERTISEMENT);
        putU16(to, icmp + Icmpv6.CHECKSUM,
                InternetChecksum.finish(pseudo + InternetChecksum.sum(to, icmp, ADVERTISEMENT)));
        return Ipv6.LENGTH + ADVERTISEMENT;
    }
}
