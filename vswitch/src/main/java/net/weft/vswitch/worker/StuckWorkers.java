package net.weft.vswitch.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.LegStatus;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;

/** Reports a stuck worker, which {@link Watchdog} detects, to the rest of the switch. Any thread. */
public final class StuckWorkers {
    private StuckWorkers() {
    }

    /** Returns one sentence on why a worker is stuck; null while all run. */
    @Nullable
    public static String in(List<WorkerThread> workers) {
        for (WorkerThread worker : workers) {
            String sentence = worker.stuck();
            if (sentence != null) {
                return sentence;
            }
        }
        return null;
    }

    /**
     * Refuses a command while a worker is stuck.
     *
     * @throws WorkerStuckException while a worker is stuck
     */
    public static void refuse(List<WorkerThread> workers) {
        String sentence = in(workers);
        if (sentence != null) {
            throw new WorkerStuckException(sentence + "; try again when it runs, or restart the switch");
        }
    }

    /** Returns the ports, with those that a stuck worker polls marked as failed instead of up. */
    public static List<PortStatus> mark(List<PortStatus> ports, List<WorkerThread> workers) {
        if (in(workers) == null) {
            return ports;
        }
        Map<String, String> sentences = new HashMap<>();
        for (WorkerThread worker : workers) {
            String sentence = worker.stuck();
            if (sentence != null) {
                worker.ports().forEach(port -> sentences.put(port, sentence));
            }
        }
        return ports.stream().map(port -> mark(port, sentence(port, sentences))).toList();
    }

    /** Returns the sentence on the stuck worker that polls an attachment of the port, or null. */
    private static @Nullable String sentence(PortStatus port, Map<String, String> sentences) {
        return port.legs().stream().map(LegStatus::name).map(sentences::get).filter(Objects::nonNull).findFirst()
                .orElse(sentences.get(port.spec().name()));
    }

    private static PortStatus mark(PortStatus port, @Nullable String sentence) {
        return sentence == null || !port.isUp()
                ? port
                : new PortStatus(port.spec(), new DeviceFailure(PortReason.WORKER_STUCK, sentence), port.mtu(),
                        port.counters(), port.stations(), port.legs());
    }
}
