package net.weft.vswitch.forward;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.FrameRing;

/**
 * The way of a worker's frames to the protocols on the control thread: a bounded ring, filled by the one, emptied by the other.
 * When it is full a frame is not taken, and the worker counts it. The way back is {@code WorkerThread.inject}.
 */
public final class PuntQueue implements AutoCloseable {
    static final int FRAMES = 256;
    /** Longer frames are not taken: no protocol here sends any. */
    static final int FRAME_BYTES = 2048;

    private final Arena arena = Arena.ofShared();
    private final FrameRing ring = new FrameRing(arena, FRAMES, FRAME_BYTES);

    /** Worker: copies a frame of its burst, without its outer tag. False when there is no room for it. */
    boolean offer(PuntedFrame.Kind kind, Burst burst, int i, int vid) {
        int bytes = burst.egressLength(i, 0);
        if (bytes > FRAME_BYTES) {
            return false;
        }
        long slot = ring.claim();
        if (slot == 0) {
            return false;
        }
        long to = slot + burst.writeHead(i, 0, slot);
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), to, burst.bodyLength(i, n));
            to += burst.bodyLength(i, n);
        }
        FaultCalls.deliver();
        ring.publish(bytes, (long) kind.ordinal() << 48 | (long) burst.port[i] << 16 | vid);
        return true;
    }

    /** Control thread: hands over what has come. */
    public void drain(Consumer<PuntedFrame> to) {
        for (int left = FRAMES; left > 0; left--) {
            long slot = ring.peek();
            if (slot == 0) {
                return;
            }
            byte[] frame = new byte[ring.length()];
            Memory.copy(slot, frame, 0, frame.length);
            long word = ring.offload();
            ring.consume();
            to.accept(new PuntedFrame(PuntedFrame.Kind.of((int) (word >>> 48)), (int) (word >>> 16),
                    (int) word & 0xFFFF, frame));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
