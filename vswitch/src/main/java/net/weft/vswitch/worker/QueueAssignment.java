package net.weft.vswitch.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.worker.WorkerStatus.QueueStatus;

/**
 * Which worker polls which receive queue. A new queue goes to the worker with the fewest; every {@value #REBALANCE_SECONDS}
 * seconds one queue may move, see {@link LoadBalance}, and then stays for {@value #SETTLE_SECONDS}.
 * <p>
 * <b>A move loses nothing and keeps each flow in order.</b> The old worker lets go between two bursts, when all it received
 * has been sent; only then the new one begins. Meanwhile frames wait in the queue. A frame's way out does not depend on the
 * worker: the transmit ring of a guest is chosen by the queue the frame came in by ({@link #lane}), so what the old worker sent is
 * ahead of what the new one sends in the same ring.
 * <p>
 * Control thread only.
 */
public final class QueueAssignment<W extends Poller> {
    private static final int REBALANCE_SECONDS = 5;
    private static final int SETTLE_SECONDS = 30;
    private static final long REBALANCE_NS = TimeUnit.SECONDS.toNanos(REBALANCE_SECONDS);
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    private static final long SHOWN_NS = TimeUnit.SECONDS.toNanos(1);

    private static final class Assignment<W> {
        private final PolledQueue polled;
        private W worker;
        private String reason;
        private boolean hasMoved;
        private long movedAtNs;

        private Assignment(PolledQueue polled, W worker, String reason) {
            this.polled = polled;
            this.worker = worker;
            this.reason = reason;
        }
    }

    private final List<W> workers;
    private final Map<ReceiveQueue, Assignment<W>> seats = new LinkedHashMap<>();
    private final LoadMeter shown;
    private final LoadMeter balanced;

    /** @param nowNs the clock, as in {@link #tick} */
    public QueueAssignment(List<W> workers, long nowNs) {
        this.workers = workers;
        shown = new LoadMeter(nowNs);
        balanced = new LoadMeter(nowNs);
    }

    /** Gives each queue of a port to a worker. */
    public void add(String port, int number, List<ReceiveQueue> queues) {
        for (int index = 0; index < queues.size(); index++) {
            PolledQueue polled = new PolledQueue(queues.get(index), port, index, txQueueHint(number, index));
            W worker = workers.stream()
                    .min(Comparator.comparingInt((W each) -> queuesOf(each).size()).thenComparingDouble(shown::share))
                    .orElseThrow();
            String reason = workers.size() == 1
                    ? "the only worker"
                    : "had the fewest queues, " + queuesOf(worker).size();
            seats.put(polled.queue, new Assignment<>(polled, worker, reason));
            worker.attach(polled);
        }
    }

    /** The queues of one port have lanes next to each other, so that they spread over the rings of another guest. */
    private static int txQueueHint(int port, int index) {
        return port + index;
    }

    /** Takes queues from their workers; they are not polled any more. */
    public void remove(List<ReceiveQueue> queues) {
        for (ReceiveQueue queue : queues) {
            Assignment<W> seat = seats.remove(queue);
            if (seat != null) {
                seat.worker.detach(seat.polled);
            }
        }
    }

    /** Gives a worker that had to be replaced the queues it had. */
    void reattach(W worker) {
        seats.values().stream().filter(seat -> seat.worker == worker).forEach(seat -> worker.attach(seat.polled));
    }

    /** Measures, and moves a queue when it is time to and worth it; to be called a few times a second. */
    public void tick(long nowNs) {
        if (shown.ageNs(nowNs) >= SHOWN_NS) {
            shown.read(nowNs, queuesByWorker());
        }
        if (balanced.ageNs(nowNs) >= REBALANCE_NS) {
            balanced.read(nowNs, queuesByWorker());
            rebalance(nowNs);
        }
    }

    private void rebalance(long nowNs) {
        List<LoadBalance.Load<W, PolledQueue>> loads = workers.stream()
                .map(worker -> new LoadBalance.Load<>(worker, balanced.share(worker), queuesOf(worker).stream()
                        .map(queue -> new LoadBalance.QueueLoad<>(queue, balanced.share(queue))).toList()))
                .toList();
        LoadBalance.next(loads, queue -> isSettled(queue, nowNs)).ifPresent(move -> move(move, nowNs));
    }

    private boolean isSettled(PolledQueue queue, long nowNs) {
        Assignment<W> seat = seats.get(queue.queue);
        return seat != null && (!seat.hasMoved || nowNs - seat.movedAtNs >= SETTLE_NS);
    }

    private void move(LoadBalance.Move<W, PolledQueue> move, long nowNs) {
        move(move.queue().queue, move.to(), nowNs, String.format(Locale.ROOT,
                "moved from worker %d: that lowers the busiest from %.0f %% to about %.0f %%", move.from().id(),
                100 * move.before(), 100 * move.after()));
    }

    /** Hands a queue over to a worker; nothing happens if it is in use no more. */
    void move(ReceiveQueue queue, W to, long nowNs, String reason) {
        Assignment<W> seat = seats.get(queue);
        if (seat != null) {
            seat.worker.detach(seat.polled);
            seat.worker = to;
            seat.reason = reason;
            seat.hasMoved = true;
            seat.movedAtNs = nowNs;
            to.attach(seat.polled);
        }
    }

    private List<PolledQueue> queuesOf(W worker) {
        return seats.values().stream().filter(seat -> seat.worker == worker).map(seat -> seat.polled).toList();
    }

    private Map<W, List<PolledQueue>> queuesByWorker() {
        Map<W, List<PolledQueue>> all = new LinkedHashMap<>();
        workers.forEach(worker -> all.put(worker, new ArrayList<>(queuesOf(worker))));
        return all;
    }

    /** Share of the last second that a worker spent on frames, {@code 0..1}. */
    public double busy(W worker) {
        return shown.share(worker);
    }

    /** The queues a worker serves. */
    public List<QueueStatus> status(W worker) {
        return seats.values().stream().filter(seat -> seat.worker == worker)
                .map(seat -> new QueueStatus(seat.polled.port, seat.polled.index, seat.polled.isAsleep(),
                        shown.framesPerSecond(seat.polled), shown.share(seat.polled), seat.reason))
                .toList();
    }
}
