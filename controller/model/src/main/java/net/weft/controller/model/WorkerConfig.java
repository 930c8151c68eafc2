package net.weft.controller.model;

import java.util.List;

/**
 * The packet threads of a member.
 *
 * @param cpus one worker pinned to each of these CPUs (0-1023, ascending); empty: the switch chooses
 * @param poll what a worker does while there is no traffic
 */
public record WorkerConfig(List<Integer> cpus, Poll poll) {
    public static final WorkerConfig DEFAULT = new WorkerConfig(List.of(), Poll.ADAPTIVE);
    public static final int MAX_CPU = 1023;

    public WorkerConfig {
        cpus = cpus.stream().sorted().toList();
    }

    public enum Poll {
        /** Sleeps after a short idle time and is woken by the next frame. */
        ADAPTIVE,
        /** Never sleeps: one CPU is always busy, and the first frame after a pause is as quick as any. */
        ALWAYS
    }
}
