package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Icmpv6;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Builds the ARP (RFC 826) and neighbour discovery (RFC 4861) messages that the gateway sends in the name of its peers, and injects them
 * as frames of the peer's port. Any thread.
 */
final class LocalFrames {
    static final int ETHERNET_BYTES = 14;
    private static final int ARP_FRAME_BYTES = ETHERNET_BYTES + Arp.LENGTH;
    private static final int ND_BYTES = 32;
    private static final int ND_FRAME_BYTES = ETHERNET_BYTES + Ipv6.LENGTH + ND_BYTES;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
    private static final long ARP_FORM = 0x0001_0800_0604L;

    private final Injection injection;

    /** Hands a frame to the switch as one of a port; returns null, or why that was not possible. */
    @FunctionalInterface
    interface Injection {
        @Nullable
        DropReason inject(int port, byte[] frame, int length);
    }

    LocalFrames(Injection injection) {
        this.injection = injection;
    }

    /** Asks who has an address, in the name of a peer; does nothing if the peer has no address of that IP version to ask from. */
    void ask(GatewayPeer asker, long high, long low, boolean isIpv4) {
        Prefix own = asker.address(isIpv4);
        if (own == null) {
            return;
        }
        if (isIpv4) {
            arp(asker, BROADCAST, Arp.REQUEST, asker.mac(), (int) own.low(), 0, (int) low);
        } else {
            long group = 0x3333_ff00_0000L | low & 0xff_ffff;
            ByteBuffer frame = nd(group, asker.mac(), own.high(), own.low(), ALL_NODES_HIGH,
                    0x1_ff00_0000L | low & 0xff_ffff);
            body(frame, NeighborDiscovery.NEIGHBOR_SOLICITATION, 0, high, low,
                    NeighborDiscovery.OPTION_SOURCE_LINK_LAYER_ADDRESS,
                    asker.mac());
            send(asker, frame);
        }
    }

    /** Answers an ARP request for an address of a peer. @param askerIp 0 for a probe (RFC 5227) */
    void answerArp(GatewayPeer owner, int ip, long askerMac, int askerIp) {
        arp(owner, askerMac, Arp.REPLY, owner.mac(), ip, askerMac, askerIp);
    }

    private void arp(GatewayPeer from, long to, int operation, long senderMac, int senderIp, long targetMac,
            int targetIp) {
        ByteBuffer frame = ByteBuffer.allocate(ARP_FRAME_BYTES);
        ethernet(frame, to, senderMac, EtherType.ARP);
        frame.putShort((short) (ARP_FORM >>> 32)).putInt((int) ARP_FORM).putShort((short) operation);
        mac(frame, senderMac).putInt(senderIp);
        mac(frame, targetMac).putInt(targetIp);
        send(from, frame);
    }

    /** Answers a neighbour solicitation for an address of a peer. @param askerHigh with {@code askerLow} zeros for a probe (DAD) */
    void answerSolicitation(GatewayPeer owner, long high, long low, long askerMac, long askerHigh, long askerLow) {
        boolean isProbe = askerHigh == 0 && askerLow == 0;
        ByteBuffer frame = nd(isProbe ? ALL_NODES_MAC : askerMac, owner.mac(), high, low,
                isProbe ? ALL_NODES_HIGH : askerHigh,
                isProbe ? 1 : askerLow);
        int flags = NeighborDiscovery.NA_OVERRIDE | (isProbe ? 0 : NeighborDiscovery.NA_SOLICITED);
        body(frame, NeighborDiscovery.NEIGHBOR_ADVERTISEMENT, flags, high, low,
                NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS,
                owner.mac());
        send(owner, frame);
    }

    private static ByteBuffer nd(long to, long from, long sourceHigh, long sourceLow, long targetHigh, long targetLow) {
        ByteBuffer frame = ByteBuffer.allocate(ND_FRAME_BYTES);
        ethernet(frame, to, from, EtherType.IPV6);
        frame.putInt(6 << 28).putShort((short) ND_BYTES).put((byte) IpProtocol.ICMPV6).put((byte) 255);
        return frame.putLong(sourceHigh).putLong(sourceLow).putLong(targetHigh).putLong(targetLow);
    }

    private static void body(ByteBuffer frame, int type, int flags, long targetHigh, long targetLow, int option,
            long mac) {
        int at = frame.position();
        frame.put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags).putLong(targetHigh).putLong(targetLow);
        mac(frame.put((byte) option).put((byte) 1), mac);
        checksum(frame, at);
    }

    /** Fills in the checksum of an ICMPv6 message that begins at {@code at} and ends the frame. */
    static void checksum(ByteBuffer frame, int at) {
        MemorySegment segment = MemorySegment.ofBuffer(frame.duplicate().flip());
        int bytes = frame.position() - at;
        long sum = InternetChecksum.sum(segment, at, bytes)
                + InternetChecksum.ipv6PseudoHeader(segment, ETHERNET_BYTES, IpProtocol.ICMPV6, bytes);
        frame.putShort(at + Icmpv6.CHECKSUM, (short) InternetChecksum.finish(sum));
    }

    static void ethernet(ByteBuffer frame, long to, long from, int type) {
        mac(mac(frame, to), from).putShort((short) type);
    }

    /** Fills in the MAC addresses of a finished frame. */
    static void addressed(ByteBuffer frame, long to, long from) {
        ByteBuffer start = frame.duplicate().position(0);
        mac(mac(start, to), from);
    }

    private static ByteBuffer mac(ByteBuffer frame, long mac) {
        return frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    /** Injects a packet that waited for its next hop's address. */
    void forward(GatewayPeer from, long to, byte[] packet) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + packet.length);
        ethernet(frame, to, from.mac(), (packet[0] & 0xf0) == 0x40 ? EtherType.IPV4 : EtherType.IPV6);
        send(from, frame.put(packet));
    }

    /** Injects a frame as one of a peer's port; where that is not possible it is counted there. */
    void send(GatewayPeer from, ByteBuffer frame) {
        DropReason refused = injection.inject(from.port, frame.array(), frame.position());
        if (refused != null) {
            from.drops.add(refused);
        }
    }
}
