package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import net.weft.linux.Memory;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Endpoint;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway sends to peers beside the bursts of workers: handshake messages and keep-alives, packets that waited for a session, its
 * own ICMP errors, and copies of multicast. All of it passes through one sender under a lock. Any thread.
 */
final class Outbound {
    /** Packets of a peer that does not answer are refused at once for so long. */
    private static final long SILENCE_NS = 30_000_000_000L;

    private final Gateway gateway;
    private final Object sending = new Object();
    private @Nullable PeerSender sender;

    Outbound(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Sends by another sender from now on; null: by none, once this returns. */
    void by(@Nullable PeerSender now) {
        synchronized (sending) {
            sender = now;
        }
    }

    /** Sends a handshake message. */
    void datagram(byte[] message, int length, Endpoint to) {
        synchronized (sending) {
            if (sender != null) {
                sender.datagram(message, length, to);
            }
        }
    }

    /** Keeps a packet until there is a session, which was asked for. */
    void stage(GatewayPeer peer, byte[] packet, long nowNs) {
        if (peer.waitingSinceNs == 0) {
            peer.waitingSinceNs = nowNs == 0 ? 1 : nowNs;
        }
        peer.drops.add(DropReason.NO_SESSION, peer.staging.add(packet));
        if (peer.wireGuard.hasSession(nowNs)) {
            gateway.sessionReady(peer.wireGuard, false); // it became ready meanwhile, and nobody else would send the packet
        }
    }

    /** Sends a packet of the gateway's own to a peer, from another thread. */
    void sendLater(GatewayPeer peer, ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        gateway.handshakes().submit(_ -> {
            peer.drops.add(DropReason.NO_SESSION, peer.staging.add(bytes));
            flush(peer, false);
        });
    }

    /** Sends a packet to each peer of a network that has a session, but to the one it comes from. Any thread. */
    void multicast(GatewayNetwork network, byte[] packet) {
        gateway.handshakes().submit(_ -> {
            long nowNs = System.nanoTime();
            GatewayPeer from = network.sender(packet);
            List<GatewayPeer> to = gateway.peers().all().stream()
                    .filter(peer -> peer.network == network && peer != from && peer.wireGuard.hasSession(nowNs))
                    .toList();
            for (int n = 0; n < to.size(); n += PeerSender.BATCH) {
                sealed(to.subList(n, Math.min(to.size(), n + PeerSender.BATCH)), packet, nowNs);
            }
        });
    }

    private void sealed(List<GatewayPeer> to, byte[] packet, long nowNs) {
        synchronized (sending) {
            PeerSender by = sender;
            if (by != null) {
                by.begin(nowNs);
                for (GatewayPeer peer : to) {
                    Memory.copy(packet, 0, by.packetAddress(), packet.length);
                    boolean unused = by.seal(peer, packet.length, 0);
                }
                by.finish();
            }
        }
    }

    /** Sends what waited for a session. @param mustConfirm whether an empty packet is sent if nothing did */
    void flush(GatewayPeer peer, boolean mustConfirm) {
        peer.waitingSinceNs = 0;
        peer.silentUntilNs = 0;
        List<byte[]> packets = peer.staging.takeAll();
        synchronized (sending) {
            PeerSender by = sender;
            if (by == null) {
                peer.drops.add(DropReason.PORT_DOWN, packets.size());
                return;
            }
            by.begin(System.nanoTime());
            int sealed = 0;
            for (byte[] packet : packets) {
                Memory.copy(packet, 0, by.packetAddress(), packet.length);
                sealed += by.seal(peer, packet.length, 0) ? 1 : 0;
            }
            peer.drops.add(DropReason.NO_SESSION, packets.size() - sealed);
            if (sealed == 0 && mustConfirm) {
                boolean unused = by.keepalive(peer, 0);
            }
            by.finish();
        }
    }

    /** Sends an empty packet. */
    void keepalive(GatewayPeer peer) {
        synchronized (sending) {
            if (sender != null) {
                sender.begin(System.nanoTime());
                boolean unused = sender.keepalive(peer, 0);
                int unusedToo = sender.flush(0);
            }
        }
    }

    /** A peer does not answer: what waits for it is dropped, and its senders are told. */
    void giveUp(GatewayPeer peer, long nowNs) {
        peer.waitingSinceNs = 0;
        peer.silentUntilNs = nowNs + SILENCE_NS;
        List<byte[]> lost = peer.staging.takeAll();
        peer.drops.add(DropReason.NO_SESSION, lost.size());
        lost.forEach(packet -> unreachable(peer, packet, nowNs));
    }

    /** Tells the sender of a packet, if it is a neighbour, that its peer does not answer. */
    private void unreachable(GatewayPeer peer, byte[] packet, long nowNs) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        boolean isIpv4 = Ipv4.version(segment, 0) == 4;
        Prefix own = peer.address(isIpv4);
        long sender = isIpv4
                ? peer.network.neighbors.find(0, Prefix.ipv4(Ipv4.source(segment, 0)))
                : peer.network.neighbors.find(Ipv6.sourceHigh(segment, 0), Ipv6.sourceLow(segment, 0));
        if (own == null || sender == 0 || !peer.mayAnswer(nowNs)) {
            return;
        }
        ByteBuffer error = IcmpErrors.about(segment, 0, packet.length, IcmpErrors.Kind.HOST_UNREACHABLE, own, 0);
        if (error != null) {
            LocalFrames.addressed(error, sender, peer.mac());
            gateway.frames().send(peer, error);
        }
    }
}
