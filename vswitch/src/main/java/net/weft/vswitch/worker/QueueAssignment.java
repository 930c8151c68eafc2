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
 * Assigns receive queues to workers. A new queue goes to the worker with the fewest, among several to the one that is
 * nearest to the guest's processors; every {@value #REBALANCE_SECONDS}
 * seconds one queue may move (see {@link LoadBalance}), and then stays for {@value #SETTLE_SECONDS} seconds.
 * <p>
 * <b>A move loses no frame and keeps each flow in order.</b> The old worker releases the queue between two bursts, when
 * all frames that it received have been sent; only then does the new one start. Meanwhile frames wait in the queue. The
 * output of a frame does not depend on the worker: the transmit ring of a guest is selected by the queue that received
 * the frame ({@link #txQueueHint}), so frames of the old worker precede those of the new one in the same ring.
 * <p>
 * Control thread only.
 */
public final class QueueAssignment<W extends Poller> {
    private static final int REBALANCE_SECONDS = 5;
    private static final int SETTLE_SECONDS = 30;
    private static final long REBALANCE_NS = TimeUnit.SECONDS.toNanos(REBALANCE_SECONDS);
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    private static final long DISPLAY_NS = TimeUnit.SECONDS.toNanos(1);

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
    private final Map<ReceiveQueue, Assignment<W>> assignments = new LinkedHashMap<>();
    private final GuestDistance distance;
    private final LoadMeter displayed;
    private final LoadMeter balanced;

    /**
     * @param distance how far a guest's processors are from a worker's
     * @param nowNs monotonic clock, as in {@link #tick}
     */
    public QueueAssignment(List<W> workers, GuestDistance distance, long nowNs) {
        this.workers = workers;
        this.distance = distance;
        displayed = new LoadMeter(nowNs);
        balanced = new LoadMeter(nowNs);
    }

    /** Assigns each queue of an attachment to a worker. @param leg number of the attachment */
    public void add(String port, int leg, List<ReceiveQueue> queues) {
        for (int index = 0; index < queues.size(); index++) {
            PolledQueue polled = new PolledQueue(queues.get(index), port, leg, index, txQueueHint(leg, index));
            int fewest = workers.stream().mapToInt(each -> queuesOf(each).size()).min().orElseThrow();
            List<W> candidates = workers.stream().filter(each -> queuesOf(each).size() == fewest).toList();
            int guest = polled.queue.peerProcess();
            W worker = candidates.stream()
                    .min(Comparator.comparing((W each) -> distance.of(each.cpu(), guest))
                            .thenComparingDouble(displayed::share))
                    .orElseThrow();
            String reason = workers.size() == 1 ? "the only worker" : "had the fewest queues, " + fewest;
            boolean othersAreFarther = candidates.stream()
                    .anyMatch(each -> distance.of(each.cpu(), guest) != distance.of(worker.cpu(), guest));
            if (othersAreFarther) {
                reason += ", and is nearest to the guest's processors";
            }
            assignments.put(polled.queue, new Assignment<>(polled, worker, reason));
            worker.attach(polled);
        }
    }

    /**
     * Returns consecutive hints for the queues of one attachment, so that they spread over the transmit rings of
     * another guest.
     */
    private static int txQueueHint(int leg, int index) {
        return leg + index;
    }

    /** Removes queues from their workers; returns when they are no longer polled. */
    public void remove(List<ReceiveQueue> queues) {
        for (ReceiveQueue queue : queues) {
            Assignment<W> assignment = assignments.remove(queue);
            if (assignment != null) {
                assignment.worker.detach(assignment.polled);
            }
        }
    }

    /** Attaches the queues of a replaced worker to its replacement. */
    void reattach(W worker) {
        assignments.values().stream().filter(each -> each.worker == worker).forEach(each -> worker.attach(each.polled));
    }

    /** Measures the loads, and moves a queue when a rebalance is due and worthwhile. Call a few times a second. */
    public void tick(long nowNs) {
        if (displayed.ageNs(nowNs) >= DISPLAY_NS) {
            displayed.read(nowNs, queuesByWorker());
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
        Assignment<W> assignment = assignments.get(queue.queue);
        return assignment != null && (!assignment.hasMoved || nowNs - assignment.movedAtNs >= SETTLE_NS);
    }

    private void move(LoadBalance.Move<W, PolledQueue> move, long nowNs) {
        move(move.queue().queue, move.to(), nowNs, String.format(Locale.ROOT,
                "moved from worker %d: that lowers the busiest from %.0f %% to about %.0f %%", move.from().id(),
                100 * move.before(), 100 * move.after()));
    }

    /** Moves a queue to a worker; does nothing if the queue has been removed. */
    void move(ReceiveQueue queue, W to, long nowNs, String reason) {
        Assignment<W> assignment = assignments.get(queue);
        if (assignment != null) {
            assignment.worker.detach(assignment.polled);
            assignment.worker = to;
            assignment.reason = reason;
            assignment.hasMoved = true;
            assignment.movedAtNs = nowNs;
            to.attach(assignment.polled);
        }
    }

    private List<PolledQueue> queuesOf(W worker) {
        return assignments.values().stream().filter(each -> each.worker == worker).map(each -> each.polled).toList();
    }

    private Map<W, List<PolledQueue>> queuesByWorker() {
        Map<W, List<PolledQueue>> all = new LinkedHashMap<>();
        workers.forEach(worker -> all.put(worker, new ArrayList<>(queuesOf(worker))));
        return all;
    }

    /** Returns the share of the last second that a worker spent on frames, {@code 0..1}. */
    public double busy(W worker) {
        return displayed.share(worker);
    }

    /** Returns the status of the queues that a worker polls. */
    public List<QueueStatus> status(W worker) {
        return assignments.values().stream().filter(each -> each.worker == worker)
                .map(each -> new QueueStatus(each.polled.port, each.polled.index, each.polled.isAsleep(),
                        displayed.framesPerSecond(each.polled), displayed.share(each.polled), each.reason,
                        each.polled.queue.peerProcess()))
                .toList();
    }
}
