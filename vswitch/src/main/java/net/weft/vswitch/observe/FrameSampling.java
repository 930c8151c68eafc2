package net.weft.vswitch.observe;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.weft.vswitch.burst.FrameRing;

/**
 * Samples of all that a running switch receives: of each N frames one, chosen at random, with its first bytes and what became of
 * it (random n-out-of-N sampling, RFC 5475 §5.2.2.1, with n = 1). Workers fill a bounded ring each and never wait.
 * <p>
 * {@link #drain} and {@link #close} belong to one thread, the counts to any.
 */
public final class FrameSampling implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int population;
    private final List<FrameSampler> samplers;
    private final Consumer<FrameSampling> onClose;
    private final SampledFrame view = new SampledFrame();
    private boolean closed;

    /** @param onClose takes it away from the workers, and returns when none looks at it any more */
    public FrameSampling(int population, int workers, long seed, Consumer<FrameSampling> onClose) {
        this.population = population;
        this.onClose = onClose;
        samplers = IntStream.range(0, workers).mapToObj(id -> new FrameSampler(arena, population, seed + id)).toList();
    }

    /** The part of one worker. */
    public FrameSampler of(int worker) {
        return samplers.get(worker);
    }

    /** N: how many frames one sample stands for. */
    public int population() {
        return population;
    }

    /**
     * Shows what was sampled, oldest first of each worker.
     *
     * @return samples shown, never more than the rings hold
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

    /** Frames looked at so far. */
    public long observed() {
        return samplers.stream().mapToLong(FrameSampler::observed).sum();
    }

    /** Samples lost because {@link #drain} did not keep up. */
    public long lost() {
        return samplers.stream().mapToLong(FrameSampler::lost).sum();
    }

    /** Workers sample no more, and what was not taken is forgotten. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
            arena.close();
        }
    }
}
