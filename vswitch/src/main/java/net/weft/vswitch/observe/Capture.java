package net.weft.vswitch.observe;

import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.capture.CaptureRing;
import org.jspecify.annotations.Nullable;

/**
 * A capture of the frames of some ports: each worker copies frames into a ring of its own while it forwards them, and
 * one consumer thread dequeues them. Workers never wait: frames for which the consumer is too slow are counted as
 * missed.
 * <p>
 * All methods are called by the consumer thread only.
 */
public final class Capture implements AutoCloseable {
    /** Maximum length in bytes of a frame with a tag in front of it. */
    public static final int MAX_FRAME = Burst.MAX_FRAME + 4;
    private static final System.Logger LOG = System.getLogger(Capture.class.getName());
    /** Size of one worker's ring in bytes: 80,000 of the smallest frames, more than a worker forwards in 50 ms. */
    private static final int RING_BYTES = 8 << 20;

    private final Arena arena = Arena.ofShared();
    private final List<CaptureRing> rings = new ArrayList<>();
    private final List<List<CaptureTap>> taps = new ArrayList<>();
    private final byte[] bytes = new byte[MAX_FRAME];
    private final long wallClockNs;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Consumer<Capture> end;

    /**
     * A captured frame.
     * @param port index of the port among the captured ports, from 0
     * @param outbound true if the port is the egress port of the frame
     * @param reason why the frame was dropped; null if it was not
     * @param timeNs time of the worker's turn, nanoseconds since 1970
     * @param captured number of bytes copied to {@link Capture#bytes}
     * @param original length on the wire in bytes
     */
    public record Captured(int port, boolean outbound, @Nullable DropReason reason, long timeNs, int captured,
            int original) {
    }

    public Capture(int[] numbers, int workers, int snapLength, Consumer<Capture> end) {
        this.end = end;
        for (int worker = 0; worker < workers; worker++) {
            CaptureRing ring = new CaptureRing(arena, RING_BYTES, Math.min(snapLength, MAX_FRAME));
            List<CaptureTap> ofWorker = new ArrayList<>();
            for (int index = 0; index < numbers.length; index++) {
                ofWorker.add(new CaptureTap(numbers[index], index, ring));
            }
            rings.add(ring);
            taps.add(ofWorker);
        }
        Instant now = Instant.now();
        wallClockNs = now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
    }

    public List<CaptureTap> taps(int worker) {
        return taps.get(worker);
    }

    /**
     * Dequeues the oldest frame; null if there is none.
     * <p>
     * Frames of one worker are in order, frames of several workers nearly so.
     */
    public @Nullable Captured next() {
        CaptureRing oldest = null;
        for (CaptureRing ring : rings) {
            if (ring.hasNext() && (oldest == null || ring.timeNs() - oldest.timeNs() < 0)) {
                oldest = ring;
            }
        }
        if (oldest == null) {
            return null;
        }
        int word = oldest.word();
        oldest.copyTo(bytes);
        Captured captured = new Captured(CaptureTap.index(word), CaptureTap.isOutbound(word), CaptureTap.reason(word),
                oldest.timeNs() + wallClockNs, oldest.captured(), oldest.original());
        oldest.consume();
        return captured;
    }

    /** The buffer of the frame returned by {@link #next}; overwritten by the following call. */
    public byte[] bytes() {
        return bytes;
    }

    /** Number of frames of a port observed so far, missed frames included. */
    public long seen(int port) {
        return taps.stream().mapToLong(ofWorker -> ofWorker.get(port).seen()).sum();
    }

    /** Number of frames of a port that are missing because the consumer was too slow. */
    public long missed(int port) {
        return taps.stream().mapToLong(ofWorker -> ofWorker.get(port).missed()).sum();
    }

    /**
     * Stops the capture on all workers. Frames already copied can still be dequeued. Idempotent.
     * @throws IllegalStateException if the switch is being closed, and workers may still be copying
     */
    public void stop() {
        end.accept(this);
    }

    /** Stops the capture and frees its memory. Does nothing if the switch is being closed. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                stop();
                arena.close();
            } catch (IllegalStateException e) {
                LOG.log(System.Logger.Level.DEBUG, "the switch ended before a capture of it", e);
            }
        }
    }
}
