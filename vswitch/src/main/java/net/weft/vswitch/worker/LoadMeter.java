package net.weft.vswitch.worker;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the load of workers and queues between the last two readings. A worker's busy time is exact; it is divided
 * among its queues in proportion to their sampled times ({@link PolledQueue#timedNs}). Not thread-safe.
 */
final class LoadMeter {
    private record QueueReading(long frames, long timedNs) {
        private static final QueueReading NONE = new QueueReading(0, 0);
    }

    private record QueueLoad(double share, double framesPerSecond) {
        private static final QueueLoad NONE = new QueueLoad(0, 0);
    }

    private final Map<Poller, Long> busyNsBefore = new HashMap<>();
    private Map<PolledQueue, QueueReading> before = new HashMap<>();
    private final Map<Poller, Double> shares = new HashMap<>();
    private Map<PolledQueue, QueueLoad> loads = Map.of();
    private long readAtNs;

    LoadMeter(long nowNs) {
        readAtNs = nowNs;
    }

    /** Returns the nanoseconds since the last reading. */
    long ageNs(long nowNs) {
        return nowNs - readAtNs;
    }

    /** Reads the counters of all workers. @param queues the queues of each worker */
    void read(long nowNs, Map<? extends Poller, ? extends Collection<PolledQueue>> queues) {
        double elapsedNs = Math.max(1, nowNs - readAtNs);
        readAtNs = nowNs;
        Map<PolledQueue, QueueReading> now = new HashMap<>();
        Map<PolledQueue, QueueLoad> next = new HashMap<>();
        queues.forEach((poller, polled) -> {
            long busyNs = poller.busyNs();
            Long earlier = busyNsBefore.put(poller, busyNs);
            double share = Math.clamp((busyNs - (earlier == null ? 0 : earlier)) / elapsedNs, 0, 1);
            shares.put(poller, share);
            List<QueueReading> grown = polled.stream().map(queue -> {
                QueueReading reading = new QueueReading(queue.frames(), queue.timedNs());
                now.put(queue, reading);
                QueueReading last = before.getOrDefault(queue, QueueReading.NONE);
                return new QueueReading(reading.frames - last.frames, reading.timedNs - last.timedNs);
            }).toList();
            long timedNs = grown.stream().mapToLong(QueueReading::timedNs).sum();
            int n = 0;
            for (PolledQueue queue : polled) {
                QueueReading growth = grown.get(n++);
                next.put(queue, new QueueLoad(timedNs == 0 ? 0 : share * growth.timedNs / timedNs,
                        growth.frames * 1e9 / elapsedNs));
            }
        });
        before = now;
        loads = next;
    }

    /** Returns the busy share of a worker, {@code 0..1}. */
    double share(Poller poller) {
        return shares.getOrDefault(poller, 0.0);
    }

    /** Returns the share of a processor that a queue used, {@code 0..1}. */
    double share(PolledQueue queue) {
        return loads.getOrDefault(queue, QueueLoad.NONE).share;
    }

    double framesPerSecond(PolledQueue queue) {
        return loads.getOrDefault(queue, QueueLoad.NONE).framesPerSecond;
    }
}
