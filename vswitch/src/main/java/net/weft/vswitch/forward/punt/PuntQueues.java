package net.weft.vswitch.forward.punt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.vswitch.port.PuntRule;

/** One worker's {@link PuntQueue}s, one for each punt rule. */
public final class PuntQueues implements AutoCloseable {
    private final PuntRules rules;
    private final PuntQueue[] queues;
    private final List<PuntQueue> linkControl = new ArrayList<>();
    private final List<PuntQueue> others = new ArrayList<>();

    public PuntQueues(PuntRules rules) {
        this(rules, List::of);
    }

    /** @param live the workers' queues; a trace's queue is full while that of every worker is full */
    private PuntQueues(PuntRules rules, Supplier<List<PuntQueues>> live) {
        this.rules = rules;
        queues = new PuntQueue[rules.rules().size()];
        for (int n = 0; n < queues.length; n++) {
            int rule = n;
            queues[n] = new PuntQueue(rules.rules().get(n), () -> isFull(live.get(), rule));
        }
        for (int n = 0; n < queues.length; n++) {
            PuntRule rule = rules.rules().get(n);
            (rule.isLinkControl() ? linkControl : others).add(queues[n]);
        }
    }

    /**
     * Returns queues for a trace, which are full while those of all workers are full.
     * @param live the workers' queues
     */
    public static PuntQueues tracing(PuntRules rules, Supplier<List<PuntQueues>> live) {
        return new PuntQueues(rules, live);
    }

    private static boolean isFull(List<PuntQueues> live, int rule) {
        return !live.isEmpty() && live.stream().allMatch(worker -> worker.queues[rule].isFull());
    }

    /** The punt rules whose frames are queued here. */
    public PuntRules rules() {
        return rules;
    }

    public PuntQueue queue(int rule) {
        return queues[rule];
    }

    /** Protocols' thread: dequeues all link control frames. */
    public void drainLinkControl(Consumer<PuntedFrame> to) {
        linkControl.forEach(queue -> queue.drain(to, PuntQueue.FRAMES));
    }

    /**
     * Protocols' thread: dequeues at most {@code most} other frames of each rule, so that link control is served again
     * soon.
     */
    public void drainOthers(Consumer<PuntedFrame> to, int most) {
        others.forEach(queue -> queue.drain(to, most));
    }

    @Override
    public void close() {
        for (PuntQueue queue : queues) {
            queue.close();
        }
    }
}
