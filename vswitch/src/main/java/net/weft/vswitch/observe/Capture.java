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
 * Frames of some ports, copied while they are forwarded: each worker copies into a ring of its own and goes on, one other thread takes
 * them from there. What that thread is too slow for is counted, never waited for.
 * <p>
 * All methods belong to that one thread.
 */
public final class Capture implements AutoCloseable {
    /** Longest frame with a tag in front of it. */
    public static final int MAX_FRAME = Burst.MAX_FRAME + 4;
    private static final System.Logger LOG = System.getLogger(Capture.class.getName());
    /** Memory of one worker's ring: 80,000 of the smallest frames, more than a worker forwards in 50 ms. */
    private static final int RING_BYTES = 8 << 20;

    private final Arena arena = Arena.ofShared();
    private final List<CaptureRing> rings = new ArrayList<>();
    private final List<List<CaptureTap>> taps = new ArrayList<>();
    private final byte[] bytes = new byte[MAX_FRAME];
    private final long wallClockNs;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Consumer<Capture> end;

    /**
     * A frame taken from a capture.
     *
     * @param port which of the captured ports, from 0
     * @param outbound whether it left by the port, or was to
     * @param reason why it went no further; null when it did
     * @param timeNs of the worker's turn, since 1970
     * @param captured bytes that were copied, into {@link Capture#bytes}
     * @param original bytes on the wire
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
     * The oldest frame not yet taken; null when there is none.
     * <p>
     * Frames of one worker come in order; those of several nearly so.
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

    /** Where {@link #next} put the frame; overwritten by the one after. */
    public byte[] bytes() {
        return bytes;
    }

    /** Frames of a port that were looked at so far, those missed included. */
    public long seen(int port) {
        return taps.stream().mapToLong(ofWorker -> ofWorker.get(port).seen()).sum();
    }

    /** Frames of a port that came faster than they were taken, and are missing. */
    public long missed(int port) {
        return taps.stream().mapToLong(ofWorker -> ofWorker.get(port).missed()).sum();
    }

    /**
     * From now on no worker looks at it; what has been copied can still be taken. Idempotent.
     *
     * @throws IllegalStateException if the switch is being closed, and workers may still be copying
     */
    public void stop() {
        end.accept(this);
    }

    /** Stops, and frees the memory, unless the switch goes and takes it along. Idempotent. */
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
