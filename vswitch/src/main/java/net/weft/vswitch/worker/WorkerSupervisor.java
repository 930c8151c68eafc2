package net.weft.vswitch.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Replaces workers that a fault has ended, and attaches their queues to the replacements. Replacing does not help
 * against a fault that ends each replacement, too: after {@value #DEATHS} deaths of one worker within {@value
 * #WITHIN_SECONDS} seconds no worker is replaced any more, and the owner of the switch is notified to end the process,
 * so that a service manager can restart it.
 * <p>
 * Control thread only.
 */
public final class WorkerSupervisor {
    static final int DEATHS = 3;
    static final int WITHIN_SECONDS = 10;
    private static final long WITHIN_NS = TimeUnit.SECONDS.toNanos(WITHIN_SECONDS);

    /** The times of each worker's recent deaths, indexed as {@code workers}. */
    private final List<Deque<Long>> deaths;
    private final List<WorkerThread> workers;
    private final QueueAssignment<WorkerThread> queues;
    private final Consumer<String> onHopeless;
    private boolean hopeless;

    /**
     * @param workers all workers
     * @param onHopeless notified once, with the reason, when workers are no longer replaced
     */
    public WorkerSupervisor(List<WorkerThread> workers, QueueAssignment<WorkerThread> queues,
            Consumer<String> onHopeless) {
        this.workers = workers;
        this.queues = queues;
        this.onHopeless = onHopeless;
        deaths = workers.stream().<Deque<Long>>map(_ -> new ArrayDeque<>()).toList();
    }

    /**
     * Replaces the workers that have died. Called when a worker reports its death, and periodically in case it could
     * not.
     *
     * @param nowNs monotonic clock
     */
    public void look(long nowNs) {
        for (int n = 0; n < workers.size() && !hopeless; n++) {
            WorkerThread worker = workers.get(n);
            if (worker.isDead()) {
                replace(worker, deaths.get(n), nowNs);
            }
        }
    }

    private void replace(WorkerThread worker, Deque<Long> lately, long nowNs) {
        lately.addLast(nowNs);
        while (nowNs - lately.getFirst() > WITHIN_NS) {
            lately.removeFirst();
        }
        if (lately.size() >= DEATHS) {
            hopeless = true;
            onHopeless.accept("worker " + worker.id() + " has ended " + DEATHS + " times within " + WITHIN_SECONDS
                    + " seconds, so the switch cannot forward; the last fault: " + worker.faults().last());
        } else {
            worker.replace();
            queues.reattach(worker);
        }
    }
}
