package net.weft.vswitch.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;

/** What follows for the rest of the switch while {@link Watchdog} finds a worker stuck. Any thread. */
public final class StuckWorkers {
    private StuckWorkers() {
    }

    /** Why a worker serves nobody, one sentence; null while all run. */
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

    /** @throws WorkerStuckException while a worker is stuck */
    public static void refuse(List<WorkerThread> workers) {
        String sentence = in(workers);
        if (sentence != null) {
            throw new WorkerStuckException(sentence + "; try again when it runs, or restart the switch");
        }
    }

    /** The same ports, of which those that a stuck worker serves say so instead of being up. */
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
        return ports.stream().map(port -> mark(port, sentences.get(port.spec().name()))).toList();
    }

    private static PortStatus mark(PortStatus port, @Nullable String sentence) {
        return sentence == null || !port.isUp()
                ? port
                : new PortStatus(port.spec(), new DeviceFailure(PortReason.WORKER_STUCK, sentence), port.mtu(),
                        port.counters(), port.stations());
    }
}
