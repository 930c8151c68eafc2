package net.weft.vswitch.forward;

import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.FrameRing;
import net.weft.vswitch.port.PuntRule;

/**
 * One worker's frames for one link protocol: a bounded ring, filled by the worker, emptied by the protocols' thread. A frame that finds no
 * room is not taken, and the worker counts it with this queue's reason.
 */
public final class PuntQueue implements AutoCloseable {
    /** {@link #offer}: the frame was taken. Other answers are ordinals of {@link DropReason}. */
    static final int TAKEN = -1;
    static final int FRAMES = 256;
    /** Longer frames are not taken: no link protocol sends any. */
    static final int FRAME_BYTES = 2048;
    private static final int FULL = DropReason.PUNT_QUEUE_FULL.ordinal();
    private static final int TOO_LONG = DropReason.PUNT_TOO_LONG.ordinal();
    private static final int VID_BITS = 12;
    private static final int PORT_BITS = 17;

    private final Arena arena = Arena.ofShared();
    private final FrameRing ring = new FrameRing(arena, FRAMES, FRAME_BYTES);
    private final PuntRule rule;
    private final BooleanSupplier isElsewhereFull;

    /** @param isElsewhereFull true while the queue that this one stands for has no room, for a trace */
    PuntQueue(PuntRule rule, BooleanSupplier isElsewhereFull) {
        this.rule = rule;
        this.isElsewhereFull = isElsewhereFull;
    }

    /** Whether there is room for no further frame. Any thread. */
    boolean isFull() {
        return ring.isFull();
    }

    /** Worker: copies a frame of its burst, without its outer tag; {@link #TAKEN}, or why not. */
    int offer(Burst burst, int i, int vid) {
        int bytes = burst.egressLength(i, 0);
        if (bytes > FRAME_BYTES) {
            return TOO_LONG;
        }
        long slot = ring.claim();
        if (slot == 0 || isElsewhereFull.getAsBoolean()) {
            return FULL;
        }
        long to = slot + burst.writeHead(i, 0, slot);
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), to, burst.bodyLength(i, n));
            to += burst.bodyLength(i, n);
        }
        FaultCalls.deliver();
        ring.publish(bytes, word(burst.leg, burst.port[i], vid));
        return TAKEN;
    }

    private static long word(int leg, int port, int vid) {
        return (long) leg << VID_BITS + PORT_BITS | (long) port << VID_BITS | vid;
    }

    /** Protocols' thread: hands over what has come, so many frames at most. */
    public void drain(Consumer<PuntedFrame> to, int most) {
        for (int left = Math.min(most, FRAMES); left > 0; left--) {
            long slot = ring.peek();
            if (slot == 0) {
                return;
            }
            byte[] frame = new byte[ring.length()];
            Memory.copy(slot, frame, 0, frame.length);
            long word = ring.offload();
            ring.consume();
            to.accept(new PuntedFrame(rule, (int) (word >>> VID_BITS) & (1 << PORT_BITS) - 1,
                    (int) (word >> VID_BITS + PORT_BITS), (int) word & (1 << VID_BITS) - 1, frame));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
