package net.weft.vswitch.forward.punt;

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
 * The queue of one punt rule on one worker: a bounded ring that the worker fills and the protocols' thread drains. A
 * frame for which the ring has no room is dropped, and the worker counts it as {@link DropReason#PUNT_QUEUE_FULL}.
 */
public final class PuntQueue implements AutoCloseable {
    /** Result of {@link #offer}: the frame was queued. Other results are ordinals of {@link DropReason}. */
    public static final int TAKEN = -1;
    public static final int FRAMES = 256;
    /** Maximum length of a frame in bytes. Link protocols send no longer ones. */
    public static final int FRAME_BYTES = 2048;
    private static final int FULL = DropReason.PUNT_QUEUE_FULL.ordinal();
    private static final int TOO_LONG = DropReason.PUNT_TOO_LONG.ordinal();
    private static final int VID_BITS = 12;
    private static final int PORT_BITS = 17;

    private final Arena arena = Arena.ofShared();
    private final FrameRing ring = new FrameRing(arena, FRAMES, FRAME_BYTES);
    private final PuntRule rule;
    private final BooleanSupplier isElsewhereFull;

    /** @param isElsewhereFull true while the live queue that this one stands for is full; used by a trace */
    PuntQueue(PuntRule rule, BooleanSupplier isElsewhereFull) {
        this.rule = rule;
        this.isElsewhereFull = isElsewhereFull;
    }

    /** Returns whether the queue is full. Any thread. */
    public boolean isFull() {
        return ring.isFull();
    }

    /**
     * Worker: copies a frame of its burst, without its outer tag, into the queue. Returns {@link #TAKEN} or the ordinal
     * of the drop reason.
     */
    public int offer(Burst burst, int i, int vid) {
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

    /** Protocols' thread: dequeues at most {@code most} frames and passes them on. */
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
