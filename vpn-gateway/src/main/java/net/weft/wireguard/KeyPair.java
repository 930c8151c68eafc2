package net.weft.wireguard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import net.weft.crypto.Aead;
import net.weft.crypto.ReplayWindow;

/**
 * The two keys of one session in native memory, the counter of sent packets and the window of received ones. Used by any number of
 * threads; made and ended under the lock of its peer.
 *
 * <p>Keys may be zeroed while another thread seals with them, and a packet sealed with zeros would be readable by all. So whoever uses a
 * key asks {@link #isAlive} <i>after</i> it did and throws the result away if not: the flag falls before the first byte is zeroed.
 */
final class KeyPair {
    private static final VarHandle SENT;

    static {
        try {
            SENT = MethodHandles.lookup().findVarHandle(KeyPair.class, "sent", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment keys;
    private final int localIndex;
    private final int remoteIndex;
    private final boolean initiator;
    private final long sinceNs;
    private final ReplayWindow window = new ReplayWindow();
    @SuppressWarnings("unused") // by its handle
    private volatile long sent;
    private volatile boolean alive = true;
    private volatile boolean confirmed;

    /** Copies the keys and zeroes the arrays. An initiator's pair is confirmed from the start. */
    KeyPair(byte[] sendKey, byte[] receiveKey, int localIndex, int remoteIndex, boolean initiator, long sinceNs) {
        keys = Arena.ofAuto().allocate(2 * Aead.KEY_BYTES, 64);
        MemorySegment.copy(sendKey, 0, keys, ValueLayout.JAVA_BYTE, 0, Aead.KEY_BYTES);
        MemorySegment.copy(receiveKey, 0, keys, ValueLayout.JAVA_BYTE, Aead.KEY_BYTES, Aead.KEY_BYTES);
        Arrays.fill(sendKey, (byte) 0);
        Arrays.fill(receiveKey, (byte) 0);
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.initiator = initiator;
        this.sinceNs = sinceNs;
        this.confirmed = initiator;
    }

    int localIndex() {
        return localIndex;
    }

    int remoteIndex() {
        return remoteIndex;
    }

    boolean isInitiator() {
        return initiator;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    void confirm() {
        confirmed = true;
    }

    long sendKey() {
        return keys.address();
    }

    long receiveKey() {
        return keys.address() + Aead.KEY_BYTES;
    }

    long ageNs(long nowNs) {
        return nowNs - sinceNs;
    }

    /** Packets sent so far, unsigned. */
    long sent() {
        return (long) SENT.getOpaque(this);
    }

    /** A counter that no other packet of this pair has; unsigned, to be compared with {@link ReplayWindow#REJECT_AFTER_MESSAGES}. */
    long nextCounter() {
        return (long) SENT.getAndAdd(this, 1L);
    }

    /** For tests of the limits, which nobody reaches by sending. */
    void sent(long counter) {
        SENT.setVolatile(this, counter);
    }

    boolean accept(long counter) {
        return window.accept(counter);
    }

    boolean isAlive() {
        return alive;
    }

    void zero() {
        alive = false;
        VarHandle.fullFence();
        keys.fill((byte) 0);
    }
}
