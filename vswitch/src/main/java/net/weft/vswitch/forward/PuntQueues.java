package net.weft.vswitch.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.weft.vswitch.port.PuntRule;

/** One worker's {@link PuntQueue}s, one for each punt rule. */
public final class PuntQueues implements AutoCloseable {
    private final PuntRules rules;
    private final PuntQueue[] queues;
    private final List<PuntQueue> linkControl = new ArrayList<>();
    private final List<PuntQueue> others = new ArrayList<>();

    public PuntQueues(PuntRules rules) {
        this.rules = rules;
        queues = rules.rules().stream().map(PuntQueue::new).toArray(PuntQueue[]::new);
        for (int n = 0; n < queues.length; n++) {
            PuntRule rule = rules.rules().get(n);
            (rule.isLinkControl() ? linkControl : others).add(queues[n]);
        }
    }

    /** The rules whose frames are queued here. */
    public PuntRules rules() {
        return rules;
    }

    PuntQueue queue(int rule) {
        return queues[rule];
    }

    /** Protocols' thread: hands over the link control frames that have come. */
    public void drainLinkControl(Consumer<PuntedFrame> to) {
        linkControl.forEach(queue -> queue.drain(to, PuntQueue.FRAMES));
    }

    /** Protocols' thread: hands over other frames, so many of each rule at most, so that link control is asked for again soon. */
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
