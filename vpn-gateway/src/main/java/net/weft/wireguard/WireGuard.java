package net.weft.wireguard;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A WireGuard interface without sockets, threads and clock: peers and what they share. Three parts work on it:
 *
 * <ol>
 * <li>a {@link PacketPath} for each worker seals and opens data messages;
 * <li>a {@link Handshakes} for each handshake thread answers and begins handshakes;
 * <li>{@link #tick}, called several times a second by one thread, says through {@link WireGuardEvents} what has fallen due.
 * </ol>
 *
 * <p>Methods of this class may be called by any thread. Times are in nanoseconds of one monotonic clock.
 */
public final class WireGuard implements AutoCloseable {
    private static final int LIMITER_SETS = 1024;

    private final Randomness random;
    private final PeerState state;
    private final WireGuardEvents events;
    private final IndexTable indices;
    private final CookieChecker cookies;
    private final SourceLimiter limiter;
    private final RefusalCounts refusals = new RefusalCounts();
    private final Map<PublicKey, Peer> peers = new ConcurrentHashMap<>();
    private final Set<Peer> active = ConcurrentHashMap.newKeySet();
    private volatile Identity identity;

    public WireGuard(Identity identity, Randomness random, PeerState state, WireGuardEvents events) {
        this.identity = identity;
        this.random = random;
        this.state = state;
        this.events = events;
        this.indices = new IndexTable(random);
        this.cookies = new CookieChecker(random);
        this.limiter = new SourceLimiter(LIMITER_SETS, random);
    }

    /**
     * Adds a peer without addresses, endpoint, preshared key and keep-alive.
     *
     * @param routes the table of the network it belongs to, shared by the peers of that network
     * @throws IllegalArgumentException if the key is this side's own, is a peer already, or is of low order
     */
    public Peer addPeer(PublicKey key, CryptokeyRoutes<Peer> routes) {
        if (key.equals(identity.publicKey())) {
            throw new IllegalArgumentException(
                    "peer " + key + " has this gateway's own public key; expected the peer's");
        }
        Peer peer = new Peer(secrets(key), routes, indices, state.newestAccepted(key), state.newestSent(key));
        if (peers.putIfAbsent(key, peer) != null) {
            throw new IllegalArgumentException(
                    "peer " + key + " exists already; expected a key of its own for each peer");
        }
        return peer;
    }

    private Peer.Secrets secrets(PublicKey key) {
        if (!key.isUsable()) {
            throw new IllegalArgumentException(
                    "public key " + key + " is of low order, so that anyone could read its traffic; expected one that"
                            + " `wg pubkey` printed");
        }
        return new Peer.Secrets(identity, key);
    }

    /** Ends a peer at once: its keys are zeroed, its prefixes freed, and no packet passes any more. */
    public void removePeer(Peer peer) {
        peers.remove(peer.publicKey(), peer);
        peer.routes().remove(peer);
        active.remove(peer);
        synchronized (peer) {
            peer.removed();
        }
    }

    /** Ends all peers and zeroes this side's private key. Nothing may be sent or received afterwards. */
    @Override
    public synchronized void close() {
        peers.values().forEach(this::removePeer);
        identity.zero();
    }

    public @Nullable Peer peer(PublicKey key) {
        return peers.get(key);
    }

    public Collection<Peer> peers() {
        return Collections.unmodifiableCollection(peers.values());
    }

    /**
     * Replaces the key that is mixed into the next handshake.
     *
     * @param key 32 bytes, copied; zeros for none
     * @throws IllegalArgumentException if it has another length
     */
    public void presharedKey(Peer peer, byte[] key) {
        if (key.length != X25519.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a preshared key of " + key.length + " bytes; expected " + X25519.KEY_BYTES);
        }
        peer.presharedKey(key);
    }

    /**
     * Sends an empty packet whenever nothing passed for so long, to keep a NAT's mapping.
     *
     * @param seconds 0 for never, up to 65535
     */
    public void persistentKeepalive(Peer peer, int seconds) {
        if (seconds < 0 || seconds > 0xffff) {
            throw new IllegalArgumentException("a keep-alive every " + seconds + " s; expected 0 (never) to 65535");
        }
        synchronized (peer) {
            if (!peer.isRemoved() && peer.timers().persistentKeepalive(seconds * PeerTimers.SECOND_NS)) {
                active.add(peer);
            }
        }
    }

    public PublicKey publicKey() {
        return identity.publicKey();
    }

    /** Replaces this side's private key while it works: all sessions end, and a peer whose key that is is removed. */
    public synchronized void identity(Identity changed) {
        Identity before = identity;
        Peer self = peers.get(changed.publicKey());
        if (self != null) {
            removePeer(self);
        }
        identity = changed;
        for (Peer peer : peers.values()) {
            synchronized (peer) {
                if (!peer.isRemoved()) {
                    peer.zeroKeys();
                    peer.secrets(secrets(peer.publicKey()));
                }
            }
        }
        before.zero();
    }

    /**
     * Lets the timers of all peers with a session, a handshake or a persistent keep-alive fall due; costs nothing for the others. Call it
     * every 100 ms or more often, in one thread.
     */
    public void tick(long nowNs) {
        for (Peer peer : active) {
            int due;
            synchronized (peer) {
                due = peer.timers().due(nowNs, peer.hasSession(nowNs));
                if ((due & PeerTimers.ZERO_KEYS) != 0) {
                    peer.zeroKeys();
                }
                Endpoint endpoint = peer.endpoint();
                if (endpoint != null && (due & (PeerTimers.START_HANDSHAKE | PeerTimers.RETRY_HANDSHAKE)) != 0) {
                    peer.endpoint(endpoint.withoutLocal());
                }
                if (peer.timers().isIdle()) {
                    active.remove(peer);
                }
            }
            if (due != 0) {
                tell(peer, due, nowNs);
            }
        }
    }

    private void tell(Peer peer, int due, long nowNs) {
        if ((due & PeerTimers.GIVE_UP) != 0) {
            events.unreachable(peer);
        }
        if ((due & PeerTimers.START_HANDSHAKE) != 0) {
            peer.timers().handshakeAsked(nowNs);
        }
        if ((due & (PeerTimers.START_HANDSHAKE | PeerTimers.RETRY_HANDSHAKE)) != 0) {
            events.handshakeWanted(peer);
        }
        if ((due & PeerTimers.SEND_KEEPALIVE) != 0) {
            events.keepaliveWanted(peer);
        }
    }

    public RefusalCounts refusals() {
        return refusals;
    }

    /** Peers whose timers {@link #tick} looks at. */
    public int activePeers() {
        return active.size();
    }

    /** Handshakes and sessions that have an index. */
    public int sessions() {
        return indices.size();
    }

    /** Peer's monitor held. */
    void activate(Peer peer) {
        active.add(peer);
    }

    Identity identity() {
        return identity;
    }

    Randomness random() {
        return random;
    }

    PeerState state() {
        return state;
    }

    WireGuardEvents events() {
        return events;
    }

    IndexTable indices() {
        return indices;
    }

    CookieChecker cookies() {
        return cookies;
    }

    SourceLimiter limiter() {
        return limiter;
    }
}
