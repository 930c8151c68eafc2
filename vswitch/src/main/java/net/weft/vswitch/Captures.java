package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.vswitch.attach.Port;
import net.weft.vswitch.forward.PortMonitor;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.worker.WorkerThread;

/** The running captures of a switch. Control thread only. */
final class Captures {
    /** The maximum number of captures: each has a ring for each worker. */
    private static final int MAX_CAPTURES = 8;

    private final Map<String, Port> ports;
    private final List<WorkerThread> workers;
    private final List<Capture> running = new ArrayList<>();

    Captures(Map<String, Port> ports, List<WorkerThread> workers) {
        this.ports = ports;
        this.workers = workers;
    }

    /**
     * Starts a capture. @param end called when the capture is closed, on any thread; no worker uses the capture once it
     * has returned
     */
    Capture begin(List<String> names, int snapLength, Consumer<Capture> end) {
        if (running.size() == MAX_CAPTURES) {
            throw new IllegalArgumentException(MAX_CAPTURES + " captures run already; end one of those first");
        }
        int[] numbers = names.stream().mapToInt(this::number).toArray();
        Capture capture = new Capture(numbers, workers.size(), snapLength, end);
        running.add(capture);
        publish();
        return capture;
    }

    void end(Capture capture) {
        if (running.remove(capture)) {
            publish();
        }
    }

    /** Ends all captures. */
    void close() {
        running.clear();
        publish();
    }

    private void publish() {
        for (WorkerThread worker : workers) {
            List<PortMonitor> monitors = new ArrayList<>();
            running.forEach(capture -> monitors.addAll(capture.taps(worker.id())));
            worker.capture(monitors);
        }
    }

    private int number(String name) {
        Port port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException(
                    "there is no port " + name + "; there are " + String.join(", ", ports.keySet()));
        }
        return port.index;
    }
}
