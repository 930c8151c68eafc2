package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.worker.WorkerThread;

/** The running samplings of a switch; each has one sampler a worker. Control thread only. */
final class Samplings {
    /** The maximum number of samplings: a worker runs each of them for each burst. */
    private static final int MAX = 4;

    private final List<WorkerThread> workers;
    private final SplittableRandom random = new SplittableRandom();
    private final List<FrameSampling> open = new ArrayList<>();

    Samplings(List<WorkerThread> workers) {
        this.workers = workers;
    }

    /** Starts a sampling. @param close called when the sampling is closed, on any thread */
    FrameSampling open(int population, Consumer<FrameSampling> close) {
        if (population < 1) {
            throw new IllegalArgumentException("one frame of " + population + ": expected 1 or more");
        }
        if (open.size() == MAX) {
            throw new IllegalArgumentException("frames are sampled for " + MAX + " already; end one of those first");
        }
        FrameSampling sampling = new FrameSampling(population, workers.size(), random.nextLong(), close);
        open.add(sampling);
        publish();
        return sampling;
    }

    /** Ends a sampling; returns when no worker uses it any more. */
    void close(FrameSampling ended) {
        open.remove(ended);
        publish();
    }

    private void publish() {
        workers.forEach(worker -> worker.sample(
                open.stream().map(sampling -> sampling.of(worker.id())).toArray(FrameSampler[]::new)));
    }
}
