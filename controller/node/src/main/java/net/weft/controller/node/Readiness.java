package net.weft.controller.node;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.weft.controller.member.MemberAgent;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;

/**
 * Tells how the ports come up: each change once on standard error until all are settled, then {@code ready} on standard
 * output, later losses to the log. Runs until the instance is closed.
 */
final class Readiness {
    private static final System.Logger LOG = System.getLogger("net.weft.ports");
    /** How often it looks whether it is ready when no port changes. */
    private static final long LOOK_MILLIS = 200;

    private final Instance instance;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, @Nullable DeviceFailure> told = new HashMap<>();
    private String toldBehind = "";
    private boolean ready;

    Readiness(Instance instance, PrintWriter out, PrintWriter err) {
        this.instance = instance;
        this.out = out;
        this.err = err;
    }

    void run() {
        BlockingQueue<PortStatus> changes = instance.portChanges();
        instance.ports().forEach(this::tell);
        try {
            while (true) {
                tellBehind();
                if (!ready && instance.isReady()) {
                    ready = true;
                    out.println("ready");
                    out.flush();
                }
                PortStatus changed = changes.poll(ready ? Long.MAX_VALUE : LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (changed != null) {
                    tell(changed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it is ready, says once why the newest revision does not run. */
    private void tellBehind() {
        String reason = instance.behindReason();
        if (!ready && !reason.isEmpty() && !reason.equals(toldBehind)) {
            toldBehind = reason;
            err.println("weft: " + reason + "; it is tried again");
        }
    }

    private void tell(PortStatus port) {
        String name = port.spec().name();
        DeviceFailure failure = port.failure();
        boolean known = told.containsKey(name);
        if (known ? Objects.equals(told.get(name), failure) : failure == null) {
            return;
        }
        told.put(name, failure);
        if (!ready) {
            if (!MemberAgent.isSettled(port) || known) {
                err.println("weft: " + sentence(name, failure));
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
