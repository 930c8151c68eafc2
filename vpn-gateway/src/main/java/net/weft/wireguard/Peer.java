package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One peer: its keys, {@link Sessions}, {@link PeerTimers}, endpoint and counters. Workers read sessions and endpoint without a lock;
 * whatever changes the sessions holds the peer's monitor, which no packet needs except the one that confirms a session.
 */
public final class Peer {
    /**
     * The values of a peer that only a handshake needs; replaced as a whole when this side's private key changes. The secret that both
     * static keys share is computed with the first handshake, because a gateway has thousands of peers that never call.
     */
    static final class Secrets {
        private final Identity self;
        private final PublicKey publicKey;
        private byte @Nullable [] shared;
        private boolean ended;

        Secrets(Identity self, PublicKey publicKey) {
            this.self = self;
            this.publicKey = publicKey;
        }

        PublicKey publicKey() {
            return publicKey;
        }

        /** The shared secret, which {@link #zero} fills with zeros, also while somebody uses it. */
        synchronized byte[] staticStatic() {
            byte[] known = shared;
            if (known == null) {
                byte[] made = ended ? null : self.sharedSecret(publicKey.bytes());
                known = made == null ? new byte[X25519.KEY_BYTES] : made;
                shared = known;
            }
            return known;
        }

        synchronized void zero() {
            ended = true;
            if (shared != null) {
                Arrays.fill(shared, (byte) 0);
            }
        }
    }

    private static final VarHandle RECEIVED = counter("receivedBytes");
    private static final VarHandle SENT = counter("sentBytes");
    private static final VarHandle WANTED = counter("wantedNs");

    /** A request for a handshake is repeated after this time if nothing came of it. */
    private static final long WANTED_AGAIN_NS = 100_000_000;
    private static final long INITIATION_INTERVAL_NS = 20_000_000;

    private final PublicKey publicKey;
    private final CryptokeyRoutes<Peer> routes;
    private final Sessions sessions;
    private final PeerTimers timers = new PeerTimers();
    private final CookieJar cookies;
    private final byte[] presharedKey = new byte[X25519.KEY_BYTES];
    private volatile Secrets secrets;
    private volatile @Nullable Endpoint endpoint;
    private volatile boolean removed;
    private volatile @Nullable Object attachment;

    private @Nullable Tai64n newestAccepted;
    private @Nullable Tai64n newestSent;
    private long lastAcceptedNs = PeerTimers.UNSET;
    private long lastHandshakeSentNs = PeerTimers.UNSET;
    private volatile long lastHandshakeNs = PeerTimers.UNSET;
    private volatile boolean lastMinuteAsked;
    @SuppressWarnings("unused") // the three by their handles
    private volatile long receivedBytes;
    @SuppressWarnings("unused")
    private volatile long sentBytes;
    @SuppressWarnings("unused")
    private volatile long wantedNs = PeerTimers.UNSET;

    private static VarHandle counter(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Peer.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Peer(Secrets secrets, CryptokeyRoutes<Peer> routes, IndexTable indices, @Nullable Tai64n accepted,
            @Nullable Tai64n sent) {
        this.publicKey = secrets.publicKey();
        this.secrets = secrets;
        this.routes = routes;
        this.sessions = new Sessions(indices);
        this.cookies = new CookieJar(publicKey);
        this.newestAccepted = accepted;
        this.newestSent = sent;
    }

    /** Returns the object that {@link #attachment(Object)} was given last, or null. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Keeps an object of whoever added the peer, so that it need not look that up for each packet. */
    public void attachment(@Nullable Object object) {
        attachment = object;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** The table of the network this peer belongs to. */
    public CryptokeyRoutes<Peer> routes() {
        return routes;
    }

    public @Nullable Endpoint endpoint() {
        return endpoint;
    }

    /** Sets where to send to, until the peer is heard from elsewhere. */
    public void endpoint(@Nullable Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Bytes of authenticated data packets, WireGuard's header and tag included. */
    public long receivedBytes() {
        return (long) RECEIVED.getOpaque(this);
    }

    public long sentBytes() {
        return (long) SENT.getOpaque(this);
    }

    /** True once a handshake was completed, which may be long ago. */
    public boolean hasShakenHands() {
        return lastHandshakeNs != PeerTimers.UNSET;
    }

    /** When the last handshake was completed, on the clock that times are given by; meaningless before there was one. */
    public long lastHandshakeNs() {
        return lastHandshakeNs;
    }

    /** True if a packet can be sealed at this time without a new handshake. */
    public boolean hasSession(long nowNs) {
        return sessions.current(nowNs) != null;
    }

    boolean isRemoved() {
        return removed;
    }

    Sessions sessions() {
        return sessions;
    }

    PeerTimers timers() {
        return timers;
    }

    CookieJar cookies() {
        return cookies;
    }

    Secrets secrets() {
        return secrets;
    }

    /** A copy, which the caller zeroes. */
    synchronized byte[] presharedKey() {
        return presharedKey.clone();
    }

    /** Holds for the next handshake. */
    synchronized void presharedKey(byte[] key) {
        System.arraycopy(key, 0, presharedKey, 0, presharedKey.length);
    }

    void received(int bytes) {
        long unused = (long) RECEIVED.getAndAddRelease(this, (long) bytes);
    }

    void sent(int bytes) {
        long unused = (long) SENT.getAndAddRelease(this, (long) bytes);
    }

    /** True for one caller at a time: at most every 100 ms, and not within 5 s after an initiation or a response. */
    boolean claimHandshake(long nowNs) {
        long wanted = (long) WANTED.getOpaque(this);
        return (wanted == PeerTimers.UNSET || nowNs - wanted >= 0) && !removed
                && WANTED.compareAndSet(this, wanted, nowNs + WANTED_AGAIN_NS);
    }

    /** True the first time after a handshake: the session is about to end while packets come in. */
    boolean claimLastMinute() {
        boolean first = !lastMinuteAsked;
        lastMinuteAsked = true;
        return first;
    }

    /** The stamp for an initiation, if one may be sent now: not within 5 s of the last handshake message. Monitor held. */
    @Nullable
    Tai64n nextStamp(long nowNs, long unixNs, @Nullable Tai64n sentElsewhere) {
        if (removed || endpoint == null || lastHandshakeSentNs != PeerTimers.UNSET
                && nowNs - lastHandshakeSentNs < PeerTimers.REKEY_TIMEOUT_NS) {
            return null;
        }
        Tai64n last = newestSent;
        if (last == null || sentElsewhere != null && sentElsewhere.compareTo(last) > 0) {
            last = sentElsewhere;
        }
        newestSent = Tai64n.next(unixNs, last);
        return newestSent;
    }

    /** Monitor held. */
    void handshakeSent(long nowNs) {
        lastHandshakeSentNs = nowNs;
        WANTED.setOpaque(this, nowNs + PeerTimers.REKEY_TIMEOUT_NS);
    }

    /** Accepts the stamp of an initiation that is authentic, or says why not. Monitor held. */
    @Nullable
    Refusal acceptStamp(Tai64n stamp, long nowNs) {
        if (removed) {
            return Refusal.UNKNOWN_PEER;
        }
        if (newestAccepted != null && stamp.compareTo(newestAccepted) <= 0) {
            return Refusal.REPLAYED_INITIATION;
        }
        if (lastAcceptedNs != PeerTimers.UNSET && nowNs - lastAcceptedNs < INITIATION_INTERVAL_NS) {
            return Refusal.INITIATION_FLOOD;
        }
        newestAccepted = stamp;
        lastAcceptedNs = nowNs;
        return null;
    }

    /** Another gateway has accepted this stamp: no older initiation is accepted here. */
    public synchronized void accepted(Tai64n stamp) {
        if (newestAccepted == null || stamp.compareTo(newestAccepted) > 0) {
            newestAccepted = stamp;
        }
    }

    /** The other side began a handshake and was answered. Monitor held. */
    void sessionAnswered(KeyPair pair, long nowNs) {
        sessions.answered(pair);
        handshakeSent(nowNs);
        timers.responded(nowNs);
        timers.sessionDerived(nowNs);
    }

    /** This side's handshake was answered. Monitor held. */
    void sessionBegun(KeyPair pair, long nowNs) {
        sessions.begun(pair);
        complete(nowNs);
        timers.sessionDerived(nowNs);
    }

    /** A packet under the pair's keys came: true if that was the first and the pair is the current one now. */
    synchronized boolean confirm(KeyPair pair, long nowNs) {
        boolean confirmed = !removed && sessions.confirm(pair);
        if (confirmed) {
            complete(nowNs);
        }
        return confirmed;
    }

    private void complete(long nowNs) {
        timers.handshakeComplete();
        lastMinuteAsked = false;
        lastHandshakeNs = nowNs;
    }

    /** Zeroes all session keys and what waits for an answer. Monitor held. */
    void zeroKeys() {
        sessions.zero();
        timers.stop();
    }

    /** Monitor held. */
    void secrets(Secrets changed) {
        secrets.zero();
        secrets = changed;
        lastHandshakeSentNs = PeerTimers.UNSET;
        WANTED.setOpaque(this, PeerTimers.UNSET);
    }

    /** Monitor held. */
    void removed() {
        removed = true;
        zeroKeys();
        boolean unused = timers.persistentKeepalive(0);
        secrets.zero();
        Arrays.fill(presharedKey, (byte) 0);
    }
}
