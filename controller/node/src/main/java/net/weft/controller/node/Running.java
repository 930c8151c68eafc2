package net.weft.controller.node;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import net.weft.vswitch.port.PortStatus;

/** A switch that runs in the foreground, with its controller or without. Any thread. */
interface Running extends AutoCloseable {
    /** Returns the queue of ports that went up or down, in order. */
    BlockingQueue<PortStatus> portChanges();

    List<PortStatus> ports();

    /** Returns whether the newest revision runs, and each port is up, disabled, or waits only for its peer. */
    boolean isReady();

    /** Returns why the switch does not run the newest revision; empty if it does. */
    String behindReason();

    /** Returns why a packet thread hangs and serves nobody; empty while all run. It waits for no other thread. */
    Optional<String> stuck();

    /**
     * Registers a listener that is called once, with the reason, when the switch cannot forward any more. The listener
     * must not block; the process should end.
     */
    void onWorkersLost(Consumer<String> listener);

    /** Merges the file again, after SIGHUP. */
    void readFileAgain();

    /** Returns the registry of Prometheus metrics. */
    PrometheusRegistry metrics();

    @Override
    void close();
}
