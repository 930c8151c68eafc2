package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.worker.WorkerThread;

/** The samplings of a running switch, of which each worker has its part. Control thread. */
final class Samplings {
    /** A worker asks each of them about each burst. */
    private static final int MAX = 4;

    private final List<WorkerThread> workers;
    private final SplittableRandom random = new SplittableRandom();
    private final List<FrameSampling> open = new ArrayList<>();

    Samplings(List<WorkerThread> workers) {
        this.workers = workers;
    }

    /** @param close what closing it does, on any thread */
    FrameSampling open(int population, Consumer<FrameSampling> close) {
        if (population < 1) {
            throw new IllegalArgumentException("one frame of " + population + ": expected 1 or more");
        }
        if (open.size() == MAX) {
            throw new IllegalArgumentException("frames are sampled for " + MAX + " already; end one of those first");
        }
        FrameSampling sampling = new FrameSampling(population, workers.size(), random.nextLong(), close);
        open.add(sampling);
        tell();
        return sampling;
    }

    /** Returns when no worker looks at it any more. */
    void close(FrameSampling ended) {
        open.remove(ended);
        tell();
    }

    private void tell() {
        workers.forEach(worker -> worker.sample(
                open.stream().map(sampling -> sampling.of(worker.id())).toArray(FrameSampler[]::new)));
    }
}
