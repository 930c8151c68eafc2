package net.weft.vswitch.worker;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which queue should move, if any: one from the busiest worker to the least busy, chosen so that the busiest of all is then
 * least busy. It moves only when that lowers the maximum by {@value #NOTICEABLE} of a processor.
 * <p>
 * With loads that stay as they are no queue ever moves back: where it came from would be the maximum again.
 */
final class LoadBalance {
    /** Share of a processor. */
    static final double NOTICEABLE = 0.1;

    private LoadBalance() {
    }

    /** @param busy share of the worker, {@code 0..1} */
    record Load<W, Q>(W worker, double busy, List<QueueLoad<Q>> queues) {
    }

    /** @param busy share of its worker that the queue takes, {@code 0..1} */
    record QueueLoad<Q>(Q queue, double busy) {
    }

    /**
     * @param before busy share of the busiest worker
     * @param after what it is expected to be
     */
    record Move<W, Q>(Q queue, W from, W to, double before, double after) {
    }

    /** @param movable false for queues that must stay where they are for now */
    static <W, Q> Optional<Move<W, Q>> next(List<Load<W, Q>> loads, Predicate<Q> movable) {
        Comparator<Load<W, Q>> byBusy = Comparator.comparingDouble(Load::busy);
        Load<W, Q> busiest = loads.stream().max(byBusy).orElseThrow();
        Load<W, Q> idlest = loads.stream().min(byBusy).orElseThrow();
        double others = loads.stream().filter(load -> load != busiest && load != idlest).mapToDouble(Load::busy).max()
                .orElse(0);
        return busiest.queues.stream().filter(queue -> movable.test(queue.queue))
                .map(queue -> new Move<>(queue.queue, busiest.worker, idlest.worker, busiest.busy,
                        Math.max(others, Math.max(busiest.busy - queue.busy, idlest.busy + queue.busy))))
                .min(Comparator.comparingDouble(Move::after)).filter(move -> move.before - move.after >= NOTICEABLE);
    }
}
