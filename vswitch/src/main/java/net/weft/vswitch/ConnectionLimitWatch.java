package net.weft.vswitch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.SwitchEvent;
import net.weft.vswitch.port.SwitchEvents;
import net.weft.vswitch.zoning.Policies;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * Reports ports whose packets are dropped because of a limit of connections: at once, and then at most every {@value
 * #INTERVAL_NS} ns as long as it goes on. It compares counters, so that it costs the workers nothing. Control thread.
 */
final class ConnectionLimitWatch {
    static final long INTERVAL_NS = 60_000_000_000L;
    private static final System.Logger LOG = System.getLogger(ConnectionLimitWatch.class.getName());

    private record Reported(long drops, long atNs) {
    }

    private final SwitchEvents events;
    /** By port number. */
    private final Map<Integer, Reported> reported = new HashMap<>();

    ConnectionLimitWatch(SwitchEvents events) {
        this.events = events;
    }

    /**
     * Looks at the counters; about once a second.
     *
     * @param ports those of which packets have been dropped at a limit, at least
     * @param index maps a port number to its index
     */
    void look(List<PortStatus> ports, Policies policies, IntUnaryOperator index, long nowNs) {
        reported.keySet().retainAll(ports.stream().map(port -> port.spec().number()).toList());
        for (PortStatus port : ports) {
            long drops = port.counters().drops(DropReason.CONNECTION_LIMIT);
            Reported before = reported.get(port.spec().number());
            if (drops > 0 && (before == null || drops > before.drops && nowNs - before.atNs >= INTERVAL_NS)) {
                reported.put(port.spec().number(), new Reported(drops, nowNs));
                report(port, drops - (before == null ? 0 : before.drops), policies, index);
            }
        }
    }

    private void report(PortStatus port, long drops, Policies policies, IntUnaryOperator index) {
        String message = port.spec().name() + ": " + drops + " packets were dropped as connection-limit, because "
                + full(port, policies, index.applyAsInt(port.spec().number()))
                + "; see with `weft show connections` whose they are, and raise `connections` if all of them are wanted";
        LOG.log(System.Logger.Level.WARNING, message);
        events.report(new SwitchEvent(SwitchEvent.Kind.CONNECTION_LIMIT, port.spec().name(), message));
    }

    private static String full(PortStatus port, Policies policies, int index) {
        @Nullable
        ConnectionTable table = policies.connections();
        if (table == null) {
            return "there were too many";
        }
        ConnectionLimits limits = policies.zoning().limits();
        if (index >= 0 && table.connectionsOfPort(index) >= limits.perPort()) {
            return "it has " + limits.perPort() + " connections, which is `connections.per-port`";
        }
        return port.spec().membership().members().vids()
                .filter(vid -> table.connectionsOfVlan(vid) >= limits.perNetwork()).boxed().findFirst()
                .map(vid -> "VLAN " + vid + " has " + limits.perNetwork()
                        + " connections, which is `connections.per-network`")
                .orElse("all " + table.capacity()
                        + " connections of the switch are in use (`connections.total`), or were");
    }
}
