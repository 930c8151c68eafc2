package net.weft.vswitch.worker;

import java.util.List;
import java.util.Map;
import net.weft.vswitch.port.PortCounters;

/**
 * What a packet thread does, and why it serves the queues it serves.
 *
 * @param cpu processor it is pinned to, -1 for none
 * @param asleep it blocks until a frame comes
 * @param busyNs time spent on frames since the start
 * @param busy share of the last second spent on frames, {@code 0..1}
 * @param queues the receive queues it polls
 * @param counted on all ports, those that are gone included
 * @param stalls turns that took longer than a millisecond
 * @param faults faults of Weft's own that it has met
 * @param faultsByKind the same by what it was doing, without kinds that never happened
 * @param lastFault the last one with its time, what it cost and its cause; empty when there was none
 * @param stuck why it serves nobody, one sentence; empty while it runs
 */
public record WorkerStatus(int id, int cpu, boolean asleep, long busyNs, double busy, List<QueueStatus> queues,
        PortCounters.OfWorker counted, long stalls, long faults, Map<String, Long> faultsByKind, String lastFault,
        String stuck) {
    /** Names of the ports it polls queues of, each once. */
    public List<String> ports() {
        return queues.stream().map(QueueStatus::port).distinct().toList();
    }

    /**
     * A receive queue.
     *
     * @param port name of its port
     * @param index which of the port's queues it is, from 0
     * @param asleep left to epoll until a frame comes
     * @param framesPerSecond in the last second
     * @param load share of a processor it took in the last second, {@code 0..1}
     * @param reason why this worker serves it
     */
    public record QueueStatus(String port, int index, boolean asleep, double framesPerSecond, double load,
            String reason) {
    }
}
