package net.weft.controller.model;

import java.util.List;

/**
 * The worker threads of a member, which process its packets.
 *
 * @param cpus CPUs (0-1023, ascending) to each of which one worker is pinned; empty: the switch chooses
 * @param poll behaviour of a worker while there is no traffic
 */
public record WorkerConfig(List<Integer> cpus, Poll poll) {
    public static final WorkerConfig DEFAULT = new WorkerConfig(List.of(), Poll.ADAPTIVE);
    public static final int MAX_CPU = 1023;

    public WorkerConfig {
        cpus = cpus.stream().sorted().toList();
    }

    public enum Poll {
        /** The worker sleeps after a short idle time and is woken by the next frame. */
        ADAPTIVE,
        /** The worker never sleeps: one CPU is always busy, and the first frame after a pause has no wake-up delay. */
        ALWAYS
    }
}
