package net.weft.vswitch.worker;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which queue should move, if any: a queue of the busiest worker moves to the least busy one, chosen so that
 * the maximum load is then lowest. A queue moves only when that lowers the maximum by at least {@value #NOTICEABLE} of
 * a processor.
 * <p>
 * With constant loads no queue ever moves back: its former worker would have the maximum load again.
 */
final class LoadBalance {
    /** The smallest improvement that justifies a move, as a share of a processor. */
    static final double NOTICEABLE = 0.1;

    private LoadBalance() {
    }

    /** The load of a worker. @param busy share of the worker's time, {@code 0..1} */
    record Load<W, Q>(W worker, double busy, List<QueueLoad<Q>> queues) {
    }

    /** The load of a queue. @param busy share of its worker's time that the queue uses, {@code 0..1} */
    record QueueLoad<Q>(Q queue, double busy) {
    }

    /**
     * A move of one queue between workers.
     *
     * @param before busy share of the busiest worker before the move, {@code 0..1}
     * @param after expected busy share of the busiest worker after the move, {@code 0..1}
     */
    record Move<W, Q>(Q queue, W from, W to, double before, double after) {
    }

    /** Returns the best move, if any. @param movable returns false for queues that must stay where they are for now */
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
