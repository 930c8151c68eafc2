package net.weft.examples.hypervisor;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.weft.client.EventWatch;
import net.weft.client.WeftClient;
import net.weft.client.WeftException;
import net.weft.v1.Event;
import net.weft.v1.Port;

/**
 * Adds a port before a guest starts, and removes it after the guest has ended. Both may be repeated, so that a tool stack that was
 * interrupted makes its calls again.
 *
 * <pre>
 * HypervisorHook CONTROL-SOCKET plug PORT KEY=VALUE...
 * HypervisorHook CONTROL-SOCKET unplug PORT
 * </pre>
 *
 * <p>
 * {@code plug} returns when the guest can connect. The exit status is 0, or 1: the port was refused, with one fault a line; 2: wrong usage;
 * 75 (EX_TEMPFAIL of sysexits.h): the same call may succeed later.
 */
public final class HypervisorHook {
    static final int REFUSED = 1;
    static final int WRONG_USAGE = 2;
    static final int LATER = 75;

    private static final WeftClient.Options OPTIONS = new WeftClient.Options(Duration.ofSeconds(10),
            Duration.ofSeconds(30), "hypervisor-hook");
    private static final long READY_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final String WAITING_FOR_GUEST = "waiting-for-guest";

    private final WeftClient weft;

    private HypervisorHook(WeftClient weft) {
        this.weft = weft;
    }

    /** Carries out one call and ends the process. */
    public static void main(String... words) {
        System.exit(run(System.out, System.err, words));
    }

    /** Carries out one call and returns the exit status. */
    public static int run(PrintStream out, PrintStream err, String... words) {
        boolean plug = words.length >= 4 && words[1].equals("plug")
                && Arrays.stream(words).skip(3).allMatch(word -> word.indexOf('=') > 0);
        if (!plug && !(words.length == 3 && words[1].equals("unplug"))) {
            err.println("usage: HypervisorHook CONTROL-SOCKET plug PORT KEY=VALUE... | unplug PORT");
            return WRONG_USAGE;
        }
        try (WeftClient weft = WeftClient.to(Path.of(words[0]), OPTIONS)) {
            HypervisorHook hook = new HypervisorHook(weft);
            out.println(plug ? hook.plug(words[2], keys(words)) : hook.unplug(words[2]));
            return 0;
        } catch (WeftException.Invalid e) {
            if (e.faults().isEmpty()) {
                err.println(e.getMessage());
            }
            e.faults().forEach(fault -> err.println(fault.getPath() + ": " + fault.getMessage()));
            return REFUSED;
        } catch (WeftException.NotNow | WeftException.Stale | WeftException.Unavailable e) {
            err.println(e.getMessage());
            return LATER;
        } catch (WeftException e) {
            err.println(e.getMessage());
            return REFUSED;
        }
    }

    private static Map<String, String> keys(String... words) {
        Map<String, String> keys = new TreeMap<>();
        Arrays.stream(words).skip(3).forEach(word -> {
            int equals = word.indexOf('=');
            keys.put(word.substring(0, equals), word.substring(equals + 1));
        });
        return keys;
    }

    /** Adds the port and follows the events until a guest can connect, or for 10 s. */
    private String plug(String name, Map<String, String> keys) {
        LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (EventWatch _ = weft.watch(0, events::add)) {
            long revision = weft.addPort(name, keys, "plugged").getRevision();
            long startNs = System.nanoTime();
            Optional<Port> port = port(name);
            while (port.filter(HypervisorHook::isReady).isEmpty() && System.nanoTime() - startNs < READY_LIMIT_NS) {
                events.poll(1, TimeUnit.SECONDS);
                port = port(name);
            }
            return "revision " + revision + ", " + port.map(HypervisorHook::words).orElse("no port");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String unplug(String name) {
        return "revision " + weft.removePort(name, "unplugged").getRevision();
    }

    private Optional<Port> port(String name) {
        return weft.ports().stream().filter(port -> port.getName().equals(name)).findFirst();
    }

    private static boolean isReady(Port port) {
        return port.getState().equals("up") || port.getReason().equals(WAITING_FOR_GUEST);
    }

    private static String words(Port port) {
        return port.getInterface() + " " + port.getDevice() + " "
                + (port.getReason().isEmpty() ? port.getState() : port.getReason());
    }
}
