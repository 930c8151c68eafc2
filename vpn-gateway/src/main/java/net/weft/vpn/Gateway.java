package net.weft.vpn;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Identity;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;
import net.weft.wireguard.WireGuard;
import net.weft.wireguard.WireGuardEvents;
import org.jspecify.annotations.Nullable;

/**
 * One gateway: its peers and networks, and what its timers and handshakes cause. It outlives its device: a socket that is opened anew,
 * or a change of the ports, ends no session. Methods may be called by any thread; those that configure hold the monitor.
 */
final class Gateway implements WireGuardEvents, AutoCloseable {
    /** Packets wait so long for a peer to answer. */
    private static final long PATIENCE_NS = 5_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    private final String name;
    private final Consumer<SoftState> softState;
    private final WireGuard wireGuard;
    private final HandshakeThreads handshakes;
    private final LocalFrames frames = new LocalFrames(this::inject);
    private final PeerDrops drops = new PeerDrops();
    private final RefusalDrops refusals;
    private final Outbound outbound = new Outbound(this);
    private final GatewayPeers peers;
    private volatile @Nullable GatewayDevice device;
    private long secondNs = System.nanoTime();

    /**
     * @param privateKey zeroed by the caller
     * @param rotated called with the port of a peer that was heard by its next key, and that key; must not block
     * @param softState called when a peer is heard from another address; must not block
     */
    Gateway(GatewaySpec spec, byte[] privateKey, PeerState state, BiConsumer<String, PublicKey> rotated,
            Consumer<SoftState> softState) {
        this.softState = softState;
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
        device = opened;
        outbound.by(opened.sender());
        wireGuard.peers().forEach(this::call);
        return opened;
    }

    /** Begins a handshake with a peer without session whose address is known, so that it need not notice that another gateway serves it. */
    private void call(Peer peer) {
        if (peer.endpoint() != null && !peer.hasSession(System.nanoTime())) {
            handshakeWanted(peer);
        }
    }

    /** As {@link VpnGateways#learn}. */
    void learn(SoftState change) {
        Peer peer = wireGuard.peer(change.peer());
        if (peer == null) {
            return;
        }
        switch (change) {
            case SoftState.Accepted(PublicKey _, Tai64n stamp) -> peer.accepted(stamp);
            case SoftState.Sent _ -> {
                // asked for when the next stamp is made
            }
            case SoftState.Whereabouts(String gateway, PublicKey _, Endpoint endpoint) -> {
                if (gateway.equals(name) && !peer.hasSession(System.nanoTime())) {
                    peer.endpoint(endpoint.withoutLocal());
                    if (device != null) {
                        call(peer);
                    }
                }
            }
        }
    }

    /** Adds what a gateway needs to take over from this one. */
    void addSoftState(PeerState stamps, List<SoftState> all) {
        for (Peer peer : wireGuard.peers()) {
            Endpoint endpoint = peer.endpoint();
            Tai64n accepted = stamps.newestAccepted(peer.publicKey());
            Tai64n sent = stamps.newestSent(peer.publicKey());
            if (accepted != null) {
                all.add(new SoftState.Accepted(peer.publicKey(), accepted));
            }
            if (sent != null) {
                all.add(new SoftState.Sent(peer.publicKey(), sent));
            }
            if (endpoint != null) {
                all.add(new SoftState.Whereabouts(name, peer.publicKey(), endpoint));
            }
        }
    }

    /** Sends by a device no more, once this returns. */
    void closing(GatewayDevice closed) {
        if (device == closed) {
            device = null;
            outbound.by(null);
        }
    }

    private @Nullable DropReason inject(int port, byte[] frame, int length) {
        GatewayDevice now = device;
        return now == null ? DropReason.PORT_DOWN : now.injected().inject(port, frame, length);
    }

    /** What is sent beside the bursts of workers. */
    Outbound outbound() {
        return outbound;
    }

    // ---- events of the protocol ------------------------------------------------------------------------------------

    @Override
    public void handshakeWanted(Peer peer) {
        handshakes.submit(context -> {
            Endpoint to = peer.endpoint();
            int length = context.handshakes().initiate(peer, System.nanoTime(), System.currentTimeMillis() * 1_000_000,
                    context.buffer());
            if (length > 0 && to != null) {
                outbound.datagram(context.buffer(), length, to);
            }
        });
    }

    @Override
    public void sessionReady(Peer peer, boolean mustConfirm) {
        handshakes.submit(_ -> outbound.flush(GatewayPeer.of(peer), mustConfirm));
    }

    @Override
    public void keepaliveWanted(Peer peer) {
        handshakes.submit(_ -> outbound.keepalive(GatewayPeer.of(peer)));
    }

    @Override
    public void endpointMoved(Peer peer, Endpoint endpoint) {
        GatewayPeer heard = GatewayPeer.of(peer);
        heard.silentUntilNs = 0;
        softState.accept(new SoftState.Whereabouts(name, peer.publicKey(), endpoint));
        if (heard.replaces != null) {
            peers.promote(heard);
        }
    }

    @Override
    public void unreachable(Peer peer) {
        outbound.giveUp(GatewayPeer.of(peer), System.nanoTime());
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
            } else if (peer.spec().isKeyOver(now)) {
                peers.endKey(peer);
            } else if (since != 0 && nowNs - since > PATIENCE_NS) {
                outbound.giveUp(peer, nowNs);
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

    /** As {@code Device.hasDropped}. */
    boolean hasDropped(int port) {
        GatewayPeer peer = peers.ports().peer(port);
        return peer != null ? peer.drops.takeFresh() : peers.ports().isOwn(port);
    }

    /** As {@code Device.takeDropped}; what cannot be blamed on a peer counts at the gateway's own port. */
    long takeDropped(int port, DropReason reason) {
        GatewayPeer peer = peers.ports().peer(port);
        return peer != null
                ? peer.drops.take(reason)
                : peers.ports().isOwn(port) ? drops.take(reason) + refusals.take(reason) : 0;
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
