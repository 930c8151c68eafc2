package net.weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import net.weft.crypto.Aead;
import net.weft.crypto.ReplayWindow;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens data messages; one instance belongs to one worker. Nothing is allocated for a packet, except by the JDK's {@link Aead},
 * and no lock is taken but for the packet that confirms a session.
 *
 * <p>A datagram that arrives passes, in this order: its length; a receiver index with a session; the age of the keys; the tag; the
 * counter. From there on it is authentic: it confirms the session if that waited for it, moves the peer's endpoint, and restarts timers.
 * Then the packet inside must be whole, and its source address must lead to this peer.
 */
public final class PacketPath {
    /** Answers of {@link #open}; greater ones are the length of the packet inside. */
    public static final int KEEPALIVE = 0;
    public static final int DROPPED = -1;
    /** The datagram is no data message: hand it to {@link Handshakes#receive}. */
    public static final int HANDSHAKE = -2;

    /** Bytes in front of the packet inside a data message. */
    public static final int HEADER_BYTES = Messages.DATA_HEADER_BYTES;
    /** Bytes that a data message is longer than its packet, without padding. */
    public static final int OVERHEAD_BYTES = HEADER_BYTES + Messages.TAG_BYTES;
    private static final int PADDING = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WireGuard wireGuard;
    private final Aead aead;
    private @Nullable Peer peer;
    private long jitterSeed;

    /** @param aead an instance for this thread */
    public PacketPath(WireGuard wireGuard, Aead aead) {
        this.wireGuard = wireGuard;
        this.aead = aead;
        this.jitterSeed = Messages.getInt(wireGuard.random().bytes(Integer.BYTES), 0) | 1L;
    }

    /** The peer that the last opened packet came from. */
    public Peer peer() {
        if (peer == null) {
            throw new IllegalStateException("no packet was opened yet");
        }
        return peer;
    }

    /**
     * Opens a data message in place: the packet inside then starts {@link #HEADER_BYTES} behind {@code offset}.
     *
     * @param memory native memory
     * @return length of the packet, or {@link #KEEPALIVE}, {@link #DROPPED} (counted) or {@link #HANDSHAKE}
     */
    public int open(MemorySegment memory, long offset, int length, Source source, long nowNs) {
        if (length < Messages.DATA_MIN_BYTES) {
            return drop(Refusal.WRONG_LENGTH);
        }
        if (memory.get(INT, offset) != Messages.DATA) {
            return HANDSHAKE;
        }
        IndexTable.Entry entry = wireGuard.indices().find(memory.get(INT, offset + Messages.DATA_RECEIVER));
        KeyPair pair = entry == null ? null : entry.keyPair();
        if (entry == null || pair == null) {
            return drop(Refusal.UNKNOWN_INDEX);
        }
        long counter = memory.get(LONG, offset + Messages.DATA_COUNTER);
        if (pair.ageNs(nowNs) >= PeerTimers.REJECT_AFTER_TIME_NS
                || Long.compareUnsigned(counter, ReplayWindow.REJECT_AFTER_MESSAGES) >= 0) {
            return drop(Refusal.EXPIRED_KEYS);
        }
        int sealedBytes = length - HEADER_BYTES;
        long text = address(memory, offset + HEADER_BYTES, sealedBytes);
        boolean right = aead.open(pair.receiveKey(), 0, counter, 0, 0, text, sealedBytes, text);
        if (!pair.isAlive()) {
            return drop(Refusal.UNKNOWN_INDEX);
        }
        if (!right) {
            return drop(Refusal.NOT_AUTHENTIC);
        }
        if (!pair.accept(counter)) {
            return drop(Refusal.REPLAYED_PACKET);
        }
        return authentic(entry.peer(), pair, memory, offset, sealedBytes - Messages.TAG_BYTES, source, nowNs);
    }

    /** Returns the address of bytes of a segment, without a segment of their own, which would be an object for each packet. */
    private static long address(MemorySegment memory, long offset, long bytes) {
        return memory.address() + Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
    }

    private int authentic(Peer from, KeyPair pair, MemorySegment memory, long offset, int bytes, Source source,
            long nowNs) {
        if (!pair.isConfirmed() && from.confirm(pair, nowNs)) {
            wireGuard.events().sessionReady(from, false);
        }
        Endpoint endpoint = from.endpoint();
        if (endpoint == null || !endpoint.matches(source)) {
            moved(from, endpoint, source);
        }
        from.received(bytes + OVERHEAD_BYTES);
        from.timers().packetReceived(bytes > 0, nowNs);
        if (pair.isInitiator() && pair.ageNs(nowNs) >= PeerTimers.REKEY_ON_RECEIVE_NS
                && from.sessions().current(nowNs) == pair && from.claimLastMinute()) {
            from.timers().handshakeAsked(nowNs);
            wireGuard.events().handshakeWanted(from);
        }
        if (bytes == 0) {
            peer = from;
            return KEEPALIVE;
        }
        int length = InnerPacket.length(memory, offset + HEADER_BYTES, bytes);
        if (length == InnerPacket.MALFORMED) {
            return drop(Refusal.MALFORMED_PACKET);
        }
        if (InnerPacket.owner(memory, offset + HEADER_BYTES, from.routes()) != from) {
            return drop(Refusal.SOURCE_NOT_ALLOWED);
        }
        peer = from;
        return length;
    }

    /** The other address or only the local one has changed; the former is an event. */
    private void moved(Peer from, @Nullable Endpoint before, Source source) {
        Endpoint endpoint = source.endpoint();
        from.endpoint(endpoint);
        if (before == null || !before.isSameRemote(endpoint)) {
            wireGuard.events().endpointMoved(from, endpoint);
        }
    }

    /**
     * Seals a packet in place into a data message. The caller has put it {@link #HEADER_BYTES} behind {@code offset}; behind it there is
     * room for 15 bytes of padding and the tag.
     *
     * @param offset where the message begins
     * @param length bytes of the packet
     * @param mtu padding does not make the packet longer than this
     * @return bytes of the message, or {@link #DROPPED} (counted) if there is no session; a handshake has been asked for then, the packet
     *         is untouched, and the caller keeps it until {@link WireGuardEvents#sessionReady} if it wants it sent
     */
    public int seal(Peer to, MemorySegment datagram, long offset, int length, int mtu, long nowNs) {
        int padded = padded(length, mtu);
        for (long at = offset + HEADER_BYTES + length; at < offset + HEADER_BYTES + padded; at++) {
            datagram.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
        }
        return sealed(to, datagram, offset, padded, nowNs);
    }

    /** A packet is padded to a multiple of 16 bytes, which hides its length a little, but not beyond the MTU. */
    static int padded(int length, int mtu) {
        return Math.max(length, Math.min(length + PADDING - 1 & -PADDING, mtu));
    }

    /** Writes a keep-alive; returns as {@link #seal}. */
    public int keepalive(Peer to, MemorySegment datagram, long datagramOffset, long nowNs) {
        return sealed(to, datagram, datagramOffset, 0, nowNs);
    }

    private int sealed(Peer to, MemorySegment datagram, long offset, int padded, long nowNs) {
        if (to.endpoint() == null) {
            return drop(Refusal.NO_ENDPOINT);
        }
        KeyPair pair = to.sessions().current(nowNs);
        long counter = pair == null ? 0 : pair.nextCounter();
        if (pair == null || Long.compareUnsigned(counter, ReplayWindow.REJECT_AFTER_MESSAGES) >= 0) {
            askForHandshake(to, nowNs);
            return drop(Refusal.NO_SESSION);
        }
        datagram.set(INT, offset, Messages.DATA);
        datagram.set(INT, offset + Messages.DATA_RECEIVER, pair.remoteIndex());
        datagram.set(LONG, offset + Messages.DATA_COUNTER, counter);
        long text = address(datagram, offset + HEADER_BYTES, padded + Messages.TAG_BYTES);
        aead.seal(pair.sendKey(), 0, counter, 0, 0, text, padded, text);
        if (!pair.isAlive()) {
            datagram.asSlice(offset, padded + OVERHEAD_BYTES).fill((byte) 0);
            return drop(Refusal.NO_SESSION);
        }
        to.sent(padded + OVERHEAD_BYTES);
        to.timers().packetSent(padded > 0, nowNs, jitterNs());
        if (Long.compareUnsigned(counter, PeerTimers.REKEY_AFTER_MESSAGES) >= 0
                || pair.isInitiator() && pair.ageNs(nowNs) >= PeerTimers.REKEY_AFTER_TIME_NS) {
            askForHandshake(to, nowNs);
        }
        return padded + OVERHEAD_BYTES;
    }

    private void askForHandshake(Peer to, long nowNs) {
        if (to.claimHandshake(nowNs)) {
            to.timers().handshakeAsked(nowNs);
            wireGuard.events().handshakeWanted(to);
        }
    }

    /** Spreads the handshakes of many peers; need not be unpredictable. */
    private long jitterNs() {
        jitterSeed = jitterSeed * 6364136223846793005L + 1442695040888963407L;
        return (jitterSeed >>> 33) % PeerTimers.REKEY_TIMEOUT_JITTER_MAX_NS;
    }

    private int drop(Refusal refusal) {
        wireGuard.refusals().add(refusal);
        return DROPPED;
    }
}
