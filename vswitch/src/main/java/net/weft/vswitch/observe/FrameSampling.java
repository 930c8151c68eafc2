package net.weft.vswitch.observe;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.weft.vswitch.burst.FrameRing;

/**
 * Samples the frames that a running switch receives: one of each N frames, chosen at random, with its first bytes and
 * its fate (random n-out-of-N sampling, RFC 5475 §5.2.2.1, with n = 1). Each worker fills a bounded ring and never
 * waits.
 * <p>
 * {@link #drain} and {@link #close} are called by one thread; any thread may read the counts.
 */
public final class FrameSampling implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int population;
    private final List<FrameSampler> samplers;
    private final Consumer<FrameSampling> onClose;
    private final SampledFrame view = new SampledFrame();
    private boolean closed;

    /** @param onClose detaches the sampling from the workers, and returns when no worker uses it any more */
    public FrameSampling(int population, int workers, long seed, Consumer<FrameSampling> onClose) {
        this.population = population;
        this.onClose = onClose;
        samplers = IntStream.range(0, workers).mapToObj(id -> new FrameSampler(arena, population, seed + id)).toList();
    }

    /** The sampler of one worker. */
    public FrameSampler of(int worker) {
        return samplers.get(worker);
    }

    /** N: the number of frames that one sample stands for. */
    public int population() {
        return population;
    }

    /**
     * Passes the samples to a consumer, worker by worker, each worker's oldest first.
     * @return number of samples, never more than the rings hold
     */
    public int drain(Consumer<SampledFrame> to) {
        int all = 0;
        for (FrameSampler sampler : samplers) {
            FrameRing ring = sampler.ring();
            int count = ring.available();
            for (int n = 0; n < count; n++) {
                to.accept(view.at(ring.peek()));
                ring.consume();
            }
            all += count;
        }
        return all;
    }

    /** Number of frames observed so far. */
    public long observed() {
        return samplers.stream().mapToLong(FrameSampler::observed).sum();
    }

    /** Number of samples lost because {@link #drain} did not keep up. */
    public long lost() {
        return samplers.stream().mapToLong(FrameSampler::lost).sum();
    }

    /** Stops sampling and discards the samples not yet drained. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
            arena.close();
        }
    }
}
