package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import net.weft.linux.Memory;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Identity;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.WireGuard;
import net.weft.wireguard.WireGuardEvents;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * One gateway: its peers and networks, and what its timers and handshakes cause. It outlives its device: a socket that is opened anew,
 * or a change of the ports, ends no session. Methods may be called by any thread; those that configure hold the monitor.
 */
final class Gateway implements WireGuardEvents, AutoCloseable {
    /** Packets wait so long for a peer to answer. */
    private static final long PATIENCE_NS = 5_000_000_000L;
    /** And are refused at once for so long after. */
    private static final long SILENCE_NS = 30_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    private final String name;
    private final WireGuard wireGuard;
    private final HandshakeThreads handshakes;
    private final LocalFrames frames = new LocalFrames(this::inject);
    private final PeerDrops drops = new PeerDrops();
    private final RefusalDrops refusals;
    private final Object sending = new Object();
    private final GatewayPeers peers;
    private volatile @Nullable GatewayDevice device;
    private @Nullable PeerSender sender;
    private long secondNs = System.nanoTime();

    /**
     * @param privateKey zeroed by the caller
     * @param rotated called with the port of a peer that was heard by its next key, and that key; must not block
     */
    Gateway(GatewaySpec spec, byte[] privateKey, PeerState state, BiConsumer<String, PublicKey> rotated) {
        this.name = spec.name();
        SecureRandom random = new SecureRandom();
        wireGuard = new WireGuard(new Identity(privateKey), random::nextBytes, state, this);
        peers = new GatewayPeers(spec, wireGuard, frames, rotated, drops);
        refusals = new RefusalDrops(wireGuard.refusals());
        handshakes = new HandshakeThreads(this, name);
    }

    String name() {
        return name;
    }

    WireGuard wireGuard() {
        return wireGuard;
    }

    HandshakeThreads handshakes() {
        return handshakes;
    }

    LocalFrames frames() {
        return frames;
    }

    /** The peers and networks. */
    GatewayPeers peers() {
        return peers;
    }

    int mtu() {
        return peers.spec().mtu();
    }

    PublicKey publicKey() {
        return wireGuard.publicKey();
    }

    // ---- device ----------------------------------------------------------------------------------------------------

    GatewayDevice open(int listen) {
        GatewayDevice opened = new GatewayDevice(this, UdpSocket.open(listen));
        synchronized (sending) {
            device = opened;
            sender = opened.sender();
        }
        return opened;
    }

    /** Sends by a device no more, once this returns. */
    void closing(GatewayDevice closed) {
        synchronized (sending) {
            if (device == closed) {
                device = null;
                sender = null;
            }
        }
    }

    private @Nullable DropReason inject(int port, byte[] frame, int length) {
        GatewayDevice now = device;
        return now == null ? DropReason.PORT_DOWN : now.injected().inject(port, frame, length);
    }

    /** Sends a handshake message. */
    void sendDatagram(byte[] message, int length, Endpoint to) {
        synchronized (sending) {
            if (sender != null) {
                sender.datagram(message, length, to);
            }
        }
    }

    // ---- packets that wait -----------------------------------------------------------------------------------------

    /** Keeps a packet until there is a session, which was asked for. */
    void stage(GatewayPeer peer, byte[] packet, long nowNs) {
        if (peer.waitingSinceNs == 0) {
            peer.waitingSinceNs = nowNs == 0 ? 1 : nowNs;
        }
        peer.drops.add(DropReason.NO_SESSION, peer.staging.add(packet));
        if (peer.wireGuard.hasSession(nowNs)) {
            sessionReady(peer.wireGuard, false); // it became ready meanwhile, and nobody else would send the packet
        }
    }

    /** Sends a packet of the gateway's own to a peer, from another thread. */
    void sendLater(GatewayPeer peer, ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        handshakes.submit(_ -> {
            peer.drops.add(DropReason.NO_SESSION, peer.staging.add(bytes));
            flush(peer, false);
        });
    }

    private void flush(GatewayPeer peer, boolean mustConfirm) {
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

    // ---- events of the protocol ------------------------------------------------------------------------------------

    @Override
    public void handshakeWanted(Peer peer) {
        handshakes.submit(context -> {
            Endpoint to = peer.endpoint();
            int length = context.handshakes().initiate(peer, System.nanoTime(), System.currentTimeMillis() * 1_000_000,
                    context.buffer());
            if (length > 0 && to != null) {
                sendDatagram(context.buffer(), length, to);
            }
        });
    }

    @Override
    public void sessionReady(Peer peer, boolean mustConfirm) {
        handshakes.submit(_ -> flush(GatewayPeer.of(peer), mustConfirm));
    }

    @Override
    public void keepaliveWanted(Peer peer) {
        handshakes.submit(_ -> {
            synchronized (sending) {
                if (sender != null) {
                    sender.begin(System.nanoTime());
                    boolean unused = sender.keepalive(GatewayPeer.of(peer), 0);
                    int unusedToo = sender.flush(0);
                }
            }
        });
    }

    @Override
    public void endpointMoved(Peer peer, Endpoint endpoint) {
        GatewayPeer heard = GatewayPeer.of(peer);
        heard.silentUntilNs = 0;
        if (heard.replaces != null) {
            peers.promote(heard);
        }
    }

    @Override
    public void unreachable(Peer peer) {
        giveUp(GatewayPeer.of(peer), System.nanoTime());
    }

    private void giveUp(GatewayPeer peer, long nowNs) {
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
            frames.send(peer, error);
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** Lets what is due happen; about ten times a second. */
    void tick(long nowNs) {
        wireGuard.tick(nowNs);
        if (nowNs - secondNs < SECOND_NS) {
            return;
        }
        secondNs = nowNs;
        peers.networks().forEach(network -> network.neighbors.tick(nowNs));
        everySecond(nowNs);
    }

    private void everySecond(long nowNs) {
        Instant now = Instant.now();
        for (GatewayPeer peer : peers.all()) {
            long since = peer.waitingSinceNs;
            if (peer.spec().isExpired(now)) {
                peers.expire(peer);
            } else if (since != 0 && nowNs - since > PATIENCE_NS) {
                giveUp(peer, nowNs);
            }
        }
    }

    // ---- observation -----------------------------------------------------------------------------------------------

    /** A datagram that is no WireGuard message. */
    void malformed() {
        drops.add(DropReason.MALFORMED);
    }

    /** A handshake message for which the queue had no room. */
    void overloaded() {
        drops.add(DropReason.PUNT_QUEUE_FULL);
    }

    /** As {@code Device.takeDropped}; what cannot be blamed on a peer counts at the gateway's own port. */
    long takeDropped(int port, DropReason reason) {
        GatewayPeer peer = peers.peerAt(port);
        return peer != null
                ? peer.drops.take(reason)
                : peers.isOwnPort(port) ? drops.take(reason) + refusals.take(reason) : 0;
    }

    List<PeerStatus> status() {
        long nowNs = System.nanoTime();
        Instant now = Instant.now();
        List<PeerStatus> all = new ArrayList<>();
        for (PeerSpec wished : peers.spec().peers()) {
            GatewayPeer peer = peers.named(wished.port());
            if (peer == null) {
                all.add(new PeerStatus(wished, wished.isExpired(now) ? "expired" : "no-key", "", null, 0, 0));
                continue;
            }
            Peer protocol = peer.wireGuard;
            Endpoint endpoint = protocol.endpoint();
            String state = protocol.hasSession(nowNs) ? "connected" : endpoint == null ? "never" : "idle";
            Instant handshake = protocol.hasShakenHands() ? now.minusNanos(nowNs - protocol.lastHandshakeNs()) : null;
            all.add(new PeerStatus(wished, state, endpoint == null ? "" : endpoint.toString(), handshake,
                    protocol.receivedBytes(),
                    protocol.sentBytes()));
        }
        return all;
    }

    @Override
    public void close() {
        peers.all().forEach(peers::expire);
        handshakes.close();
        wireGuard.close();
    }
}
