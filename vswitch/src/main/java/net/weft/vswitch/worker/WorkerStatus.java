package net.weft.vswitch.worker;

import java.util.List;
import java.util.Map;
import net.weft.vswitch.port.PortCounters;

/**
 * The state and load of a packet thread, and the queues that it polls.
 *
 * @param cpu processor the thread is pinned to, -1 for none
 * @param asleep true while it blocks until a frame arrives
 * @param busyNs nanoseconds spent on frames since the start
 * @param busy share of the last second spent on frames, {@code 0..1}
 * @param queues the receive queues it polls
 * @param counted its counters of all ports, including removed ones
 * @param stalls number of turns that took longer than a millisecond
 * @param faults number of internal faults
 * @param faultsByKind number of internal faults by kind, without kinds that never happened
 * @param lastFault the last fault with its time, consequence and cause; empty when there was none
 * @param stuck one sentence on why it is stuck; empty while it runs
 */
public record WorkerStatus(int id, int cpu, boolean asleep, long busyNs, double busy, List<QueueStatus> queues,
        PortCounters.OfWorker counted, long stalls, long faults, Map<String, Long> faultsByKind, String lastFault,
        String stuck) {
    /** Returns the names of the ports whose queues it polls, each once. */
    public List<String> ports() {
        return queues.stream().map(QueueStatus::port).distinct().toList();
    }

    /**
     * The status of a receive queue.
     *
     * @param port name of its port
     * @param index index of the queue within its port, from 0
     * @param asleep true while it is left to epoll until a frame arrives
     * @param framesPerSecond frame rate of the last second
     * @param load share of a processor that it used in the last second, {@code 0..1}
     * @param reason why this worker polls it
     * @param peerProcess ID of the process on the other side, such as a hypervisor; 0 if it is the kernel, or unknown
     */
    public record QueueStatus(String port, int index, boolean asleep, double framesPerSecond, double load,
            String reason, int peerProcess) {
    }
}
