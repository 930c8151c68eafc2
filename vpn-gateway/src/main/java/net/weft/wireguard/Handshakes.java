package net.weft.wireguard;

import java.util.Arrays;
import net.weft.crypto.Aead;

/**
 * Answers and begins handshakes; one instance belongs to one thread. What a message has to pass, in this order, so that each step is paid
 * for only by senders that passed the one before:
 *
 * <ol>
 * <li>its type and length;
 * <li>mac1: the sender knows this side's public key;
 * <li>under load, mac2: the sender receives at its address; whoever lacks it gets a cookie reply; then a token bucket for each source;
 * <li>the Noise handshake; a response must belong to an initiation that waits for it;
 * <li>for an initiation, a time stamp greater than any before and at least 20 ms since the last one.
 * </ol>
 *
 * Nothing is changed before all of that has passed. An accepted initiation moves neither the peer's endpoint nor its confirmed session.
 */
public final class Handshakes {
    /** Room for the longest handshake message, for {@link #receive} and {@link #initiate}. */
    public static final int MESSAGE_BYTES = Messages.INITIATION_BYTES;
    private static final int NO_REPLY = 0;

    private final WireGuard wireGuard;
    private final HandshakeCipher cipher;

    /** @param aead an instance for this thread */
    public Handshakes(WireGuard wireGuard, Aead aead) {
        this.wireGuard = wireGuard;
        this.cipher = new HandshakeCipher(aead);
    }

    /**
     * Takes a handshake message or cookie reply.
     *
     * @param length bytes of the datagram, at most those of {@code message}
     * @param underLoad whether senders must show a cookie
     * @param reply receives the answer, which goes back to the source
     * @return bytes of the answer, 0 for none
     */
    public int receive(byte[] message, int length, Source source, long nowNs, boolean underLoad, byte[] reply) {
        if (length < Integer.BYTES) {
            return refuse(Refusal.WRONG_LENGTH);
        }
        return switch (Messages.getInt(message, Messages.TYPE_OFFSET)) {
            case Messages.INITIATION -> length != Messages.INITIATION_BYTES
                    ? refuse(Refusal.WRONG_LENGTH)
                    : admitted(message, Messages.INITIATION_MAC1, source, nowNs, underLoad, reply);
            case Messages.RESPONSE -> length != Messages.RESPONSE_BYTES
                    ? refuse(Refusal.WRONG_LENGTH)
                    : admitted(message, Messages.RESPONSE_MAC1, source, nowNs, underLoad, reply);
            case Messages.COOKIE_REPLY -> length != Messages.COOKIE_REPLY_BYTES
                    ? refuse(Refusal.WRONG_LENGTH)
                    : cookie(message, nowNs);
            default -> refuse(Refusal.UNKNOWN_TYPE);
        };
    }

    private int admitted(byte[] message, int mac1Offset, Source source, long nowNs, boolean underLoad, byte[] reply) {
        Identity self = wireGuard.identity();
        if (!self.macs().isMac1Right(message, mac1Offset)) {
            return refuse(Refusal.WRONG_MAC1);
        }
        if (underLoad) {
            if (!wireGuard.cookies().isMac2Right(message, mac1Offset, source, nowNs)) {
                wireGuard.refusals().add(Refusal.UNDER_LOAD);
                return wireGuard.cookies().reply(cipher.aead(), self, message, mac1Offset, source, nowNs, reply);
            }
            if (!wireGuard.limiter().allow(source, nowNs)) {
                return refuse(Refusal.RATE_LIMITED);
            }
        }
        return mac1Offset == Messages.INITIATION_MAC1
                ? initiation(self, message, nowNs, reply)
                : response(self, message, nowNs);
    }

    private int initiation(Identity self, byte[] message, long nowNs, byte[] reply) {
        byte[] ephemeral = Arrays.copyOfRange(message, Messages.INITIATION_EPHEMERAL, Messages.INITIATION_STATIC);
        NoiseState noise = new NoiseState(self.publicKey());
        noise.mixEphemeral(ephemeral);
        byte[] shared = self.sharedSecret(ephemeral);
        if (shared == null) {
            return refuse(Refusal.LOW_ORDER_KEY);
        }
        noise.mixKey(shared);
        Arrays.fill(shared, (byte) 0);
        byte[] key = noise.open(cipher, message, Messages.INITIATION_STATIC, Messages.INITIATION_STATIC_BYTES);
        if (key == null) {
            return refuse(Refusal.NOT_AUTHENTIC);
        }
        Peer peer = wireGuard.peer(PublicKey.of(key));
        if (peer == null) {
            return refuse(Refusal.UNKNOWN_PEER);
        }
        Peer.Secrets secrets = peer.secrets();
        noise.mixKey(secrets.staticStatic());
        byte[] stamp = noise.open(cipher, message, Messages.INITIATION_TIMESTAMP, Messages.INITIATION_TIMESTAMP_BYTES);
        if (stamp == null) {
            return refuse(Refusal.NOT_AUTHENTIC);
        }
        Refusal refusal;
        // Secrets that were zeroed while they were mixed in would let anyone pass for the peer.
        synchronized (peer) {
            Tai64n newest = Tai64n.read(stamp);
            refusal = peer.secrets() != secrets ? Refusal.NOT_AUTHENTIC : peer.acceptStamp(newest, nowNs);
            if (refusal == null) {
                wireGuard.state().accepted(peer.publicKey(), newest);
            }
        }
        return refusal != null ? refuse(refusal) : respond(peer, noise, message, ephemeral, nowNs, reply);
    }

    /** Writes the response (whitepaper §5.4.3) and keeps the session as one that waits for its confirmation. */
    private int respond(Peer peer, NoiseState noise, byte[] message, byte[] other, long nowNs, byte[] reply) {
        byte[] ephemeral = X25519.clamped(wireGuard.random().bytes(X25519.KEY_BYTES));
        byte[] ephemeralPublic = X25519.publicKey(ephemeral);
        byte[] first = X25519.sharedSecret(ephemeral, other);
        byte[] second = X25519.sharedSecret(ephemeral, peer.publicKey().bytes());
        Arrays.fill(ephemeral, (byte) 0);
        if (first == null || second == null) {
            return refuse(Refusal.LOW_ORDER_KEY);
        }
        int remoteIndex = Messages.getInt(message, Messages.INITIATION_SENDER);
        IndexTable.Entry entry = wireGuard.indices().add(peer);
        Messages.putInt(reply, Messages.TYPE_OFFSET, Messages.RESPONSE);
        Messages.putInt(reply, Messages.RESPONSE_SENDER, entry.index());
        Messages.putInt(reply, Messages.RESPONSE_RECEIVER, remoteIndex);
        System.arraycopy(ephemeralPublic, 0, reply, Messages.RESPONSE_EPHEMERAL, ephemeralPublic.length);
        noise.mixEphemeral(ephemeralPublic);
        noise.mixChain(first);
        noise.mixChain(second);
        byte[] presharedKey = peer.presharedKey();
        noise.mixPresharedKey(presharedKey);
        noise.seal(cipher, new byte[0], reply, Messages.RESPONSE_EMPTY);
        byte[][] keys = noise.split();
        noise.zero();
        Arrays.fill(first, (byte) 0);
        Arrays.fill(second, (byte) 0);
        Arrays.fill(presharedKey, (byte) 0);
        peer.cookies().add(reply, Messages.RESPONSE_MAC1, nowNs);
        KeyPair pair = new KeyPair(keys[1], keys[0], entry.index(), remoteIndex, false, nowNs);
        synchronized (peer) {
            if (peer.isRemoved()) {
                pair.zero();
                wireGuard.indices().remove(entry.index());
                return refuse(Refusal.UNKNOWN_PEER);
            }
            entry.keyPair(pair);
            peer.sessionAnswered(pair, nowNs);
            wireGuard.activate(peer);
        }
        return Messages.RESPONSE_BYTES;
    }

    private int response(Identity self, byte[] message, long nowNs) {
        IndexTable.Entry entry = wireGuard.indices().find(Messages.getInt(message, Messages.RESPONSE_RECEIVER));
        InitiatorHandshake pending = entry == null ? null : entry.peer().sessions().pending();
        if (entry == null || pending == null || pending.entry() != entry) {
            return refuse(Refusal.UNEXPECTED_RESPONSE);
        }
        Peer peer = entry.peer();
        byte[] presharedKey = peer.presharedKey();
        byte[][] keys = pending.finish(cipher, self, presharedKey, message);
        Arrays.fill(presharedKey, (byte) 0);
        if (keys == null) {
            return refuse(Refusal.NOT_AUTHENTIC);
        }
        int remoteIndex = Messages.getInt(message, Messages.RESPONSE_SENDER);
        KeyPair pair = new KeyPair(keys[0], keys[1], entry.index(), remoteIndex, true, nowNs);
        synchronized (peer) {
            if (peer.isRemoved() || peer.sessions().pending() != pending) {
                pair.zero();
                return refuse(Refusal.UNEXPECTED_RESPONSE);
            }
            entry.keyPair(pair);
            peer.sessionBegun(pair, nowNs);
        }
        wireGuard.events().sessionReady(peer, true);
        return NO_REPLY;
    }

    private int cookie(byte[] message, long nowNs) {
        IndexTable.Entry entry = wireGuard.indices().find(Messages.getInt(message, Messages.COOKIE_RECEIVER));
        if (entry == null) {
            return refuse(Refusal.UNKNOWN_INDEX);
        }
        return entry.peer().cookies().accept(cipher.aead(), message, nowNs)
                ? NO_REPLY
                : refuse(Refusal.UNEXPECTED_COOKIE);
    }

    /**
     * Begins a handshake with a peer.
     *
     * @param unixNs the wall clock, nanoseconds since 1970
     * @param message receives the initiation, which goes to the peer's endpoint
     * @return bytes of the message, or 0 if none is due: a handshake message went out less than 5 s ago, or there is no endpoint
     */
    public int initiate(Peer peer, long nowNs, long unixNs, byte[] message) {
        Peer.Secrets secrets;
        Tai64n stamp;
        synchronized (peer) {
            PublicKey key = peer.publicKey();
            stamp = peer.nextStamp(nowNs, unixNs, wireGuard.state().newestSent(key));
            if (stamp == null) {
                return NO_REPLY;
            }
            wireGuard.state().sent(key, stamp);
            peer.handshakeSent(nowNs);
            peer.timers().initiated(nowNs, jitterNs());
            wireGuard.activate(peer);
            secrets = peer.secrets();
        }
        IndexTable.Entry entry = wireGuard.indices().add(peer);
        InitiatorHandshake handshake = InitiatorHandshake.begin(cipher, wireGuard.random(), wireGuard.identity(),
                secrets, entry, stamp, message);
        peer.cookies().add(message, Messages.INITIATION_MAC1, nowNs);
        synchronized (peer) {
            if (peer.isRemoved() || peer.secrets() != secrets) {
                wireGuard.indices().remove(entry.index());
                handshake.zero();
                return NO_REPLY;
            }
            peer.sessions().pending(handshake);
        }
        return Messages.INITIATION_BYTES;
    }

    private long jitterNs() {
        int random = Messages.getInt(wireGuard.random().bytes(Integer.BYTES), 0);
        return Integer.toUnsignedLong(random) % PeerTimers.REKEY_TIMEOUT_JITTER_MAX_NS;
    }

    private int refuse(Refusal refusal) {
        wireGuard.refusals().add(refusal);
        return NO_REPLY;
    }
}
