package net.weft.vswitch.stack;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.crypto.Aead;
import net.weft.crypto.ReplayWindow;

/**
 * The keys of one session of a stack link, a counter of the frames sent under them, and the window of those received. Any worker;
 * nothing is locked. A caller keeps the session reachable while it uses an address of a key.
 */
public final class StackSession {
    private final int id;
    private final MemorySegment keys = Arena.ofAuto().allocate(2L * Aead.KEY_BYTES, 64);
    private final AtomicLong sent = new AtomicLong();
    private final ReplayWindow received = new ReplayWindow();

    /** @param id never 0 */
    public StackSession(int id, byte[] sendKey, byte[] receiveKey) {
        this.id = id;
        MemorySegment.copy(sendKey, 0, keys, ValueLayout.JAVA_BYTE, 0, Aead.KEY_BYTES);
        MemorySegment.copy(receiveKey, 0, keys, ValueLayout.JAVA_BYTE, Aead.KEY_BYTES, Aead.KEY_BYTES);
    }

    int id() {
        return id;
    }

    long sendKey() {
        return keys.address();
    }

    long receiveKey() {
        return keys.address() + Aead.KEY_BYTES;
    }

    /** Returns the number of the next frame, which no other frame of the session has. */
    long next() {
        return sent.getAndIncrement();
    }

    /** Returns whether a frame of this number, whose seal is right, was not received before. */
    boolean accept(long sequence) {
        return received.accept(sequence);
    }
}
