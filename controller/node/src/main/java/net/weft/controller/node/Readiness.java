package net.weft.controller.node;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.weft.controller.member.MemberAgent;
import net.weft.controller.node.service.ServiceManager;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;

/**
 * Reports the state of the ports: each change once in the log until all are settled, then {@code ready} on standard
 * output, and later failures in the log. The service manager is told the same, but waits {@value #PATIENCE_SECONDS}
 * seconds at most for ports that are down, since the others forward. It runs until its thread is interrupted or the
 * process ends.
 */
final class Readiness {
    private static final System.Logger LOG = System.getLogger("net.weft.ports");
    /** Interval at which readiness is checked while no port changes, in milliseconds. */
    private static final long CHECK_MILLIS = 200;

    private static final int PATIENCE_SECONDS = 5;
    /** Ports that are down and named in the state that the service manager shows. */
    private static final int NAMED = 5;

    private final Running instance;
    private final PrintWriter out;
    private final ServiceManager manager;
    private final long startNs = System.nanoTime();
    private final Map<String, @Nullable DeviceFailure> reported = new HashMap<>();
    private String reportedBehind = "";
    private boolean ready;
    private boolean announced;

    Readiness(Running instance, PrintWriter out, ServiceManager manager) {
        this.instance = instance;
        this.out = out;
        this.manager = manager;
    }

    void run() {
        BlockingQueue<PortStatus> changes = instance.portChanges();
        instance.ports().forEach(this::report);
        try {
            while (true) {
                reportBehind();
                if (!ready && instance.isReady()) {
                    ready = true;
                    out.println("ready");
                    out.flush();
                }
                if (manager.isThere() && changes.isEmpty()) {
                    tellManager();
                }
                PortStatus changed = changes.poll(ready ? Long.MAX_VALUE : CHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (changed != null) {
                    report(changed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellManager() {
        if (announced) {
            manager.status(summary());
        } else if (ready || System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
            announced = true;
            manager.ready(summary());
        }
    }

    private String summary() {
        List<PortStatus> ports = instance.ports();
        List<String> down = ports.stream().filter(port -> !MemberAgent.isSettled(port))
                .map(port -> port.spec().name()).toList();
        return ports.stream().filter(PortStatus::isUp).count() + " of " + ports.size() + " ports are up"
                + (down.isEmpty() ? "" : "; down: " + String.join(", ", down.stream().limit(NAMED).toList()))
                + (down.size() > NAMED ? " and " + (down.size() - NAMED) + " more" : "");
    }

    /** Prints once, until the instance is ready, why the newest revision does not run. */
    private void reportBehind() {
        String reason = instance.behindReason();
        if (!ready && !reason.isEmpty() && !reason.equals(reportedBehind)) {
            reportedBehind = reason;
            LOG.log(System.Logger.Level.WARNING, reason + "; it is tried again");
        }
    }

    private void report(PortStatus port) {
        String name = port.spec().name();
        DeviceFailure failure = port.failure();
        boolean known = reported.containsKey(name);
        if (known ? Objects.equals(reported.get(name), failure) : failure == null) {
            return;
        }
        reported.put(name, failure);
        if (!ready) {
            if (!MemberAgent.isSettled(port) || known) {
                LOG.log(System.Logger.Level.WARNING, sentence(name, failure));
            }
        } else if (failure == null || failure.reason() == PortReason.WAITING_FOR_GUEST) {
            LOG.log(System.Logger.Level.INFO, sentence(name, failure));
        } else {
            LOG.log(System.Logger.Level.WARNING, sentence(name, failure));
        }
    }

    private static String sentence(String name, @Nullable DeviceFailure failure) {
        return failure == null
                ? "port " + name + " is up"
                : "port " + name + " is down: " + failure.reason().label() + ": " + failure.message();
    }
}
