package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vpn.packet.MssClamp;
import net.weft.vpn.packet.MulticastService;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a packet of a peer goes to in its network: to another peer, to a neighbour on the link, or to the network's next hop. One
 * thread; allocates only for packets that cannot be forwarded now.
 */
final class Router {
    /** Answer of {@link #nextHop}: the packet is dropped and counted, or waits. */
    static final long DROPPED = 0;

    private final Gateway gateway;

    Router(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Returns the MAC address that the packet goes to, or {@link #DROPPED}. */
    long nextHop(GatewayPeer from, MemorySegment packet, long at, int length, long nowNs) {
        boolean isIpv4 = Ipv4.version(packet, at) == 4;
        long high = isIpv4 ? 0 : Ipv6.destinationHigh(packet, at);
        long low = isIpv4 ? Prefix.ipv4(Ipv4.destination(packet, at)) : Ipv6.destinationLow(packet, at);
        if (isIpv4 ? (int) low >>> 28 >= 0xe : high >>> 56 == 0xff) {
            return multicast(from, packet, at, length, low, nowNs);
        }
        GatewayNetwork network = from.network;
        GatewayPeer other = isIpv4 || high != 0 || low >>> 32 != 0xffff ? network.peer(high, low) : null;
        if (other != null) {
            return other == from ? refused(from, packet, at, length, nowNs) : other.mac();
        }
        if (!network.isOnLink(high, low)) {
            Prefix hop = network.nextHop(isIpv4);
            if (hop == null) {
                return refused(from, packet, at, length, nowNs);
            }
            high = hop.high();
            low = hop.low();
        }
        long mac = network.neighbors.find(high, low);
        if (mac == 0) {
            byte[] copy = packet.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
            MssClamp.clamp(MemorySegment.ofArray(copy), 0, length, gateway.mtu());
            network.neighbors.want(from, high, low, copy, nowNs);
        }
        return mac;
    }

    private static long multicast(GatewayPeer from, MemorySegment packet, long at, int length, long low, long nowNs) {
        boolean isTaken = from.network.takesMulticast(packet, at, length);
        if (isTaken && from.network.mayMulticast(nowNs)) {
            return MulticastService.mac(Ipv4.version(packet, at) == 4, low);
        }
        from.drops.add(isTaken ? DropReason.PUNT_LIMIT : DropReason.L3_ONLY);
        return DROPPED;
    }

    private long refused(GatewayPeer from, MemorySegment packet, long at, int length, long nowNs) {
        from.drops.add(DropReason.NO_ROUTE);
        if (from.mayAnswer(nowNs)) {
            @Nullable
            ByteBuffer error = IcmpErrors.about(packet, at, length, IcmpErrors.Kind.NO_ROUTE, null, 0);
            if (error != null) {
                gateway.outbound().sendLater(from,
                        error.slice(LocalFrames.ETHERNET_BYTES, error.position() - LocalFrames.ETHERNET_BYTES));
            }
        }
        return DROPPED;
    }
}
