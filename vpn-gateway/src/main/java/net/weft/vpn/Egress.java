package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NeighborDiscovery;
import net.weft.vpn.packet.MssClamp;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames that the switch sends to peers, or floods to the gateway: packets are sealed, or wait for a session; ARP and neighbour
 * discovery are answered in the peers' names; everything else is dropped. One instance belongs to one worker.
 */
final class Egress {
    private static final int PACKET_OFFSET = 2;
    private static final int DONE = -1;
    private static final int VID_MASK = 0xfff;

    private final Gateway gateway;
    private final PeerSender sender;

    Egress(Gateway gateway, PeerSender sender) {
        this.gateway = gateway;
        this.sender = sender;
    }

    /** As {@code Device.transmit}. */
    int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        sender.begin(System.nanoTime());
        for (int n = from; n < list.count; n++) {
            int refusal = take(burst, list.frame[n], list.tag[n], list.port[n], n);
            if (refusal != DONE) {
                int sent = sender.flush(n);
                if (sent == n) {
                    scratch.refuse(DropReason.of(refusal));
                }
                return sent - from;
            }
        }
        return sender.flush(list.count) - from;
    }

    private int take(Burst burst, int i, int tag, int port, int entry) {
        GatewayPeer peer = gateway.peers().ports().peer(port);
        if (peer == null && !gateway.peers().ports().isOwn(port)) {
            return gateway.peers().ports().whyUnserved(port).ordinal();
        }
        GatewayNetwork network = peer != null ? peer.network : gateway.peers().network(tag & VID_MASK);
        if (network == null) {
            return DropReason.PORT_DOWN.ordinal();
        }
        int type = burst.egressType(i, 0);
        long at = burst.headOffset(i) + burst.typeOffset[i] + PACKET_OFFSET;
        int available = burst.headLength[i] - burst.typeOffset[i] - PACKET_OFFSET;
        int total = burst.length[i] - burst.typeOffset[i] - PACKET_OFFSET;
        return switch (type) {
            case EtherType.ARP -> arp(burst.heads(), at, available, network);
            case EtherType.IPV4 -> !Ipv4.check(burst.heads(), at, available)
                    ? peer == null ? l3Only() : malformed()
                    : peer == null
                            ? multicast(burst, i, network, Ipv4.totalLength(burst.heads(), at), total, at, available)
                            : packet(burst, i, peer, entry, Ipv4.totalLength(burst.heads(), at), total, at, available);
            case EtherType.IPV6 -> ipv6(burst, i, peer, network, entry, at, available, total);
            default -> l3Only();
        };
    }

    private int ipv6(Burst burst, int i, @Nullable GatewayPeer peer, GatewayNetwork network, int entry, long at,
            int available, int total) {
        MemorySegment heads = burst.heads();
        if (!Ipv6.check(heads, at, available)) {
            return malformed();
        }
        int icmp = available - Ipv6.LENGTH;
        boolean isNd = Ipv6.nextHeader(heads, at) == IpProtocol.ICMPV6 && Ipv6.hopLimit(heads, at) == 255
                && icmp >= Icmpv6.LENGTH
                && NeighborDiscovery.isType(Icmpv6.type(heads, at + Ipv6.LENGTH));
        if (isNd) {
            return neighborDiscovery(burst, i, at, Math.min(icmp, Ipv6.payloadLength(heads, at)), network);
        }
        return peer == null
                ? multicast(burst, i, network, Ipv6.LENGTH + Ipv6.payloadLength(heads, at), total, at, available)
                : packet(burst, i, peer, entry, Ipv6.LENGTH + Ipv6.payloadLength(heads, at), total, at, available);
    }

    // ---- ARP and neighbour discovery ------------------------------------------------------------------------------

    private int arp(MemorySegment heads, long at, int available, GatewayNetwork network) {
        if (!Arp.check(heads, at, available)) {
            return malformed();
        }
        int asker = Arp.senderIp(heads, at);
        long askerMac = Arp.senderMac(heads, at);
        int target = Arp.targetIp(heads, at);
        boolean isRequest = Arp.operation(heads, at) == Arp.REQUEST;
        GatewayPeer owner = isRequest ? network.peer(0, Prefix.ipv4(target)) : null;
        boolean answers = owner != null && owner.port >= 0 && owner.wireGuard.endpoint() != null
                && owner.mac() != askerMac;
        if (asker != 0 && isStation(askerMac)) {
            network.neighbors.heard(0, Prefix.ipv4(asker), askerMac, answers, sender.nowNs());
        }
        if (owner != null && answers && asker != target) {
            gateway.frames().answerArp(owner, target, askerMac, asker);
            return DONE;
        }
        return isRequest ? l3Only() : DONE;
    }

    private static boolean isStation(long mac) {
        return mac != 0 && (mac >>> 40 & 1) == 0;
    }

    private int neighborDiscovery(Burst burst, int i, long at, int bytes, GatewayNetwork network) {
        MemorySegment heads = burst.heads();
        long icmp = at + Ipv6.LENGTH;
        int type = Icmpv6.type(heads, icmp);
        if (type != NeighborDiscovery.NEIGHBOR_SOLICITATION && type != NeighborDiscovery.NEIGHBOR_ADVERTISEMENT
                || !NeighborDiscovery.check(heads, icmp, bytes)) {
            return l3Only();
        }
        long high = NeighborDiscovery.targetHigh(heads, icmp);
        long low = NeighborDiscovery.targetLow(heads, icmp);
        long askerMac = Memory.getLongBe(burst.head(i) + 4) & 0xffff_ffff_ffffL;
        if (type == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT) {
            int option = NeighborDiscovery.findOption(heads, icmp, bytes,
                    NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS);
            long mac = option < 0 ? askerMac : NeighborDiscovery.linkLayerAddress(heads, icmp + option);
            if (isStation(mac)) {
                network.neighbors.heard(high, low, mac, false, sender.nowNs());
            }
            return DONE;
        }
        GatewayPeer owner = network.peer(high, low);
        if (owner == null || owner.port < 0 || owner.wireGuard.endpoint() == null || owner.mac() == askerMac) {
            return l3Only();
        }
        long askerHigh = Ipv6.sourceHigh(heads, at);
        long askerLow = Ipv6.sourceLow(heads, at);
        if (askerHigh != 0 || askerLow != 0) {
            network.neighbors.heard(askerHigh, askerLow, askerMac, true, sender.nowNs());
        }
        gateway.frames().answerSolicitation(owner, high, low, askerMac, askerHigh, askerLow);
        return DONE;
    }

    // ---- packets ---------------------------------------------------------------------------------------------------

    private int packet(Burst burst, int i, GatewayPeer peer, int entry, int length, int total, long at, int available) {
        MemorySegment heads = burst.heads();
        if (length > total) {
            return malformed();
        }
        boolean isIpv4 = Ipv4.version(heads, at) == 4;
        GatewayPeer owner = isIpv4
                ? peer.network.peer(0, Prefix.ipv4(Ipv4.destination(heads, at)))
                : peer.network.peer(Ipv6.destinationHigh(heads, at), Ipv6.destinationLow(heads, at));
        if (owner != peer) {
            return DropReason.NO_ROUTE.ordinal();
        }
        if (length > gateway.mtu()) {
            answer(burst, i, peer, at, available, IcmpErrors.Kind.TOO_BIG, gateway.mtu());
            return DropReason.OVERSIZE.ordinal();
        }
        boolean hasSession = peer.wireGuard.hasSession(sender.nowNs());
        if (peer.wireGuard.endpoint() == null || !hasSession && peer.isSilent(sender.nowNs())) {
            answer(burst, i, peer, at, available, IcmpErrors.Kind.HOST_UNREACHABLE, 0);
            return DropReason.NO_SESSION.ordinal();
        }
        if (!hasSession && peer.waitingSinceNs == 0 && !peer.network.handshakes.take(sender.nowNs())) {
            return DropReason.PUNT_LIMIT.ordinal();
        }
        copy(burst, i, length);
        MssClamp.clamp(sender.memory(), sender.packetOffset(), length, gateway.mtu());
        if (!sender.seal(peer, length, entry)) {
            gateway.outbound().stage(peer,
                    sender.memory().asSlice(sender.packetOffset(), length).toArray(ValueLayout.JAVA_BYTE),
                    sender.nowNs());
        }
        return DONE;
    }

    /** A packet of the network for everybody: peers get what they take part in. */
    private int multicast(Burst burst, int i, GatewayNetwork network, int length, int total, long at, int available) {
        if (!network.takesMulticast(burst.heads(), at, available) || length > total || length > gateway.mtu()) {
            return l3Only();
        }
        if (!network.mayMulticast(sender.nowNs())) {
            return DropReason.PUNT_LIMIT.ordinal();
        }
        copy(burst, i, length);
        gateway.outbound().multicast(network,
                sender.memory().asSlice(sender.packetOffset(), length).toArray(ValueLayout.JAVA_BYTE));
        return DONE;
    }

    private void copy(Burst burst, int i, int length) {
        int from = burst.typeOffset[i] + PACKET_OFFSET;
        long to = sender.packetAddress();
        int left = length;
        int piece = Math.min(left, burst.headLength[i] - from);
        Memory.copy(burst.head(i) + from, to, piece);
        for (int n = 0; piece < left; n++) {
            to += piece;
            left -= piece;
            piece = Math.min(left, burst.bodyLength(i, n));
            Memory.copy(burst.bodyAddress(i, n), to, piece);
        }
        FaultCalls.deliver();
    }

    /** Answers the sender of a frame with an ICMP error, in the peer's name. */
    private void answer(Burst burst, int i, GatewayPeer peer, long at, int available, IcmpErrors.Kind kind, int mtu) {
        Prefix own = peer.address(Ipv4.version(burst.heads(), at) == 4);
        if (own == null || !peer.mayAnswer(sender.nowNs())) {
            return;
        }
        ByteBuffer error = IcmpErrors.about(burst.heads(), at, available, kind, own, mtu);
        if (error != null) {
            long asker = Memory.getLongBe(burst.head(i) + 4) & 0xffff_ffff_ffffL;
            LocalFrames.addressed(error, asker, peer.mac());
            gateway.frames().send(peer, error);
        }
    }

    private static int l3Only() {
        return DropReason.L3_ONLY.ordinal();
    }

    private static int malformed() {
        return DropReason.MALFORMED.ordinal();
    }
}
