package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final IcmpErrors errors = new IcmpErrors();
    private final StagingLimit stagingLimit = new StagingLimit();
    private final PeerDrops drops = new PeerDrops();
    private final RefusalDrops refusals;
    private final Object sending = new Object();
    private final Map<String, GatewayPeer> peers = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private volatile Map<Integer, GatewayNetwork> networks = Map.of();
    private volatile @Nullable GatewayPeer[] byPort = {};
    private volatile GatewaySpec spec;
    private volatile @Nullable GatewayDevice device;
    private final BiConsumer<String, PublicKey> rotated;
    private @Nullable PeerSender sender;
    private long secondNs = System.nanoTime();

    /**
     * @param privateKey zeroed by the caller
     * @param rotated called with the port of a peer that was heard by its next key, and that key; must not block
     */
    Gateway(GatewaySpec spec, byte[] privateKey, PeerState state, BiConsumer<String, PublicKey> rotated) {
        this.rotated = rotated;
        this.name = spec.name();
        this.spec = spec;
        SecureRandom random = new SecureRandom();
        wireGuard = new WireGuard(new Identity(privateKey), random::nextBytes, state, this);
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

    IcmpErrors errors() {
        return errors;
    }

    int mtu() {
        return spec.mtu();
    }

    GatewaySpec spec() {
        return spec;
    }

    PublicKey publicKey() {
        return wireGuard.publicKey();
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    /** Makes peers and networks as the configuration wishes; peers that are gone end first. */
    synchronized void configure(GatewaySpec wished, byte[] privateKey, SecretStore secrets) {
        Identity identity = new Identity(privateKey);
        if (!identity.publicKey().equals(wireGuard.publicKey())) {
            wireGuard.identity(identity);
        }
        spec = wished;
        Instant now = Instant.now();
        Map<String, PeerSpec> named = new LinkedHashMap<>();
        wished.peers().stream().filter(peer -> !peer.isExpired(now)).forEach(peer -> named.put(peer.port(), peer));
        for (GatewayPeer peer : List.copyOf(peers.values())) {
            PeerSpec next = named.get(peer.spec().port());
            PublicKey key = peer.wireGuard.publicKey();
            boolean isKept = next != null && next.vlan() == peer.spec().vlan()
                    && (key.equals(next.publicKey()) || key.equals(next.nextPublicKey()));
            if (!isKept) {
                remove(peer);
            }
        }
        Map<Integer, GatewayNetwork> changed = new HashMap<>();
        wished.networks().forEach(network -> {
            GatewayNetwork before = networks.get(network.vlan());
            if (before != null) {
                before.spec(network);
            }
            changed.put(network.vlan(), before == null ? new GatewayNetwork(network, frames) : before);
        });
        networks = Map.copyOf(changed);
        named.values().forEach(peer -> adopt(peer, secrets));
        mapPorts();
    }

    private void adopt(PeerSpec wished, SecretStore secrets) {
        GatewayPeer peer = peers.get(wished.port());
        if (peer == null) {
            GatewayNetwork network = networks.get(wished.vlan());
            if (network == null) {
                throw new IllegalArgumentException(
                        "peer " + wished.port() + " is in VLAN " + wished.vlan() + ", which is no network of gateway "
                                + name);
            }
            Peer added = wireGuard.addPeer(wished.publicKey(), network.routes);
            peer = new GatewayPeer(wished, added, network, stagingLimit);
            peers.put(wished.port(), peer);
            route(peer);
        } else if (!peer.spec().equals(wished)) {
            peer.spec(wished);
            peer.network.routes.remove(peer.wireGuard);
            route(peer);
        }
        secrets(peer, wished, secrets);
        adoptNext(peer, wished, secrets);
    }

    private void secrets(GatewayPeer peer, PeerSpec wished, SecretStore secrets) {
        wireGuard.persistentKeepalive(peer.wireGuard, wished.keepaliveSeconds());
        byte[] presharedKey = wished.presharedKey() == null
                ? new byte[SecretStore.KEY_BYTES]
                : secrets.read(wished.presharedKey());
        wireGuard.presharedKey(peer.wireGuard, presharedKey);
        Arrays.fill(presharedKey, (byte) 0);
    }

    /** Lets the peer's next key shake hands, without addresses until it is heard; there is none any more once it has taken over. */
    private void adoptNext(GatewayPeer peer, PeerSpec wished, SecretStore secrets) {
        PublicKey key = wished.nextPublicKey();
        GatewayPeer before = peer.next;
        if (before != null && !before.wireGuard.publicKey().equals(key)) {
            wireGuard.removePeer(before.wireGuard);
            peer.next = null;
        }
        if (key == null || key.equals(peer.wireGuard.publicKey())) {
            return;
        }
        GatewayPeer next = peer.next;
        if (next == null) {
            next = new GatewayPeer(wished, wireGuard.addPeer(key, peer.network.routes), peer.network, stagingLimit);
            next.replaces = peer;
            peer.next = next;
        }
        next.spec(wished);
        secrets(next, wished, secrets);
    }

    /** A peer was heard by its next key: that takes over addresses and port, and the old one ends. */
    private synchronized void promote(GatewayPeer next) {
        GatewayPeer old = next.replaces;
        String port = next.spec().port();
        if (old == null || peers.get(port) != old) {
            return;
        }
        route(next);
        next.replaces = null;
        old.next = null;
        remove(old);
        peers.put(port, next);
        mapPorts();
        rotated.accept(port, next.wireGuard.publicKey());
    }

    private static void route(GatewayPeer peer) {
        List<Prefix> all = new ArrayList<>(peer.spec().allowedIps());
        all.addAll(peer.spec().ips());
        for (Prefix prefix : all) {
            if (prefix.isIpv4()) {
                peer.network.routes.putIpv4((int) prefix.low(), prefix.bits() - 96, peer.wireGuard);
            } else {
                peer.network.routes.putIpv6(prefix.high(), prefix.low(), prefix.bits(), peer.wireGuard);
            }
        }
    }

    /** Ends a peer at once: keys, routes, waiting packets. */
    private void remove(GatewayPeer peer) {
        peers.remove(peer.spec().port());
        peer.port = GatewayPeer.NO_PORT;
        GatewayPeer next = peer.next;
        if (next != null) {
            wireGuard.removePeer(next.wireGuard);
        }
        wireGuard.removePeer(peer.wireGuard);
        peer.staging.takeAll();
        peer.network.neighbors.forget(peer);
    }

    /** Sets which ports the switch has for the peers. */
    synchronized void serve(List<String> names, int[] indices) {
        ports.clear();
        for (int n = 0; n < indices.length; n++) {
            ports.put(names.get(n), indices[n]);
        }
        mapPorts();
    }

    private void mapPorts() {
        int size = 1 + ports.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        @Nullable
        GatewayPeer[] mapped = new @Nullable GatewayPeer[size];
        peers.forEach((port, peer) -> {
            Integer index = ports.get(port);
            peer.port = index == null ? GatewayPeer.NO_PORT : index;
            if (index != null) {
                mapped[index] = peer;
            }
        });
        byPort = mapped;
    }

    /** The peer whose port has an index, or null: the gateway's own port, or none. */
    @Nullable
    GatewayPeer peerAt(int port) {
        @Nullable
        GatewayPeer[] now = byPort;
        return port < now.length ? now[port] : null;
    }

    @Nullable
    GatewayNetwork network(int vlan) {
        return networks.get(vlan);
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

    /** Runs {@code close} while no other thread sends by the device, and sends by it no more. */
    void closing(GatewayDevice closed, Runnable close) {
        synchronized (sending) {
            close.run();
            if (device == closed) {
                device = null;
                sender = null;
            }
        }
    }

    private boolean inject(int port, byte[] frame, int length) {
        GatewayDevice now = device;
        return now != null && now.injected().inject(port, frame, length);
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
        int dropped = peer.staging.add(packet);
        if (dropped > 0) {
            peer.drops.add(DropReason.NO_SESSION, dropped);
        }
        if (peer.wireGuard.hasSession(nowNs)) {
            sessionReady(peer.wireGuard, false); // it became ready meanwhile, and nobody else would send the packet
        }
    }

    /** Sends a packet of the gateway's own to a peer, from another thread. */
    void sendLater(GatewayPeer peer, ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        handshakes.submit(_ -> {
            peer.staging.add(bytes);
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
                return;
            }
            by.begin(System.nanoTime());
            int sealed = 0;
            for (byte[] packet : packets) {
                Memory.copy(packet, 0, by.packetAddress(), packet.length);
                sealed += by.seal(peer, packet.length, 0) ? 1 : 0;
            }
            if (sealed == 0 && mustConfirm) {
                boolean unused = by.keepalive(peer, 0);
            }
            int unused = by.flush(0);
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
            promote(heard);
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
        if (own == null || sender == 0 || !errors.mayAnswer(nowNs)) {
            return;
        }
        ByteBuffer error = IcmpErrors.about(segment, 0, packet.length, IcmpErrors.Kind.HOST_UNREACHABLE, own, 0);
        if (error != null) {
            LocalFrames.addressed(error, sender, peer.mac());
            frames.send(peer.port, error);
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
        networks.values().forEach(network -> network.neighbors.tick(nowNs));
        everySecond(nowNs);
    }

    private synchronized void everySecond(long nowNs) {
        Instant now = Instant.now();
        for (GatewayPeer peer : List.copyOf(peers.values())) {
            long since = peer.waitingSinceNs;
            if (peer.spec().isExpired(now)) {
                remove(peer);
                mapPorts();
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
        GatewayPeer peer = peerAt(port);
        return peer != null ? peer.drops.take(reason) : drops.take(reason) + refusals.take(reason);
    }

    synchronized List<PeerStatus> status() {
        long nowNs = System.nanoTime();
        Instant now = Instant.now();
        List<PeerStatus> all = new ArrayList<>();
        for (PeerSpec wished : spec.peers()) {
            GatewayPeer peer = peers.get(wished.port());
            if (peer == null) {
                all.add(new PeerStatus(wished, "expired", "", null, 0, 0));
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
    public synchronized void close() {
        List.copyOf(peers.values()).forEach(this::remove);
        mapPorts();
        handshakes.close();
    }
}
