package net.weft.controller.node;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.member.remote.RemoteException;
import net.weft.controller.node.service.ServiceManager;
import net.weft.controller.server.ControlSocketException;
import net.weft.controller.server.StoreException;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs a switch in the foreground until a signal ends it, or until it cannot forward any more. */
final class Foreground {
    /** Time to restore the devices when the switch gives up, in milliseconds. */
    private static final long GIVE_UP_MILLIS = 10_000;
    private static final System.Logger LOG = System.getLogger(UpCommand.class.getName());

    private final ServiceManager manager = ServiceManager.of(System.getenv());
    private volatile int status;

    /**
     * Starts a switch and runs it.
     *
     * @param metrics where to serve metrics; empty: nowhere
     * @param out where {@code ready} is printed
     * @throws FailedException with the reason why it cannot run
     */
    void run(Supplier<Running> start, Optional<InetSocketAddress> metrics, PrintWriter out) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        try (Running running = started(start)) {
            metrics.ifPresent(at -> MetricsEndpoint.open(at, running.metrics()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running), "weft-stop"));
            HangUp.handle(running::readFileAgain);
            running.onWorkersLost(why -> new Thread(() -> giveUp(running, why), "weft-give-up").start());
            manager.watch(running::stuck);
            new Readiness(running, out, manager).run();
        }
    }

    private static Running started(Supplier<Running> start) {
        try {
            return start.get();
        } catch (StoreException | ControlSocketException | RemoteException e) {
            throw new FailedException(String.valueOf(e.getMessage()));
        }
    }

    /** Exits with status 1 in any case, as a switch that does not forward must not appear to run. */
    private void giveUp(Running running, String why) {
        status = 1;
        LOG.log(System.Logger.Level.ERROR, why);
        manager.status(why);
        Thread deadline = new Thread(() -> {
            try {
                Thread.sleep(GIVE_UP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        }, "weft-deadline");
        deadline.setDaemon(true);
        deadline.start();
        try {
            running.close();
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * Closes the switch after a signal, which is the usual way to end it; the status is 0 unless the switch has given up.
     */
    private void stop(Running running) {
        manager.stopping();
        running.close();
        Runtime.getRuntime().halt(status);
    }
}
