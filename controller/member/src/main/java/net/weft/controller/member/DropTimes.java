package net.weft.controller.member;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.PortStatus;

/**
 * Remembers when a drop counter last changed. The packet path only counts; this class looks at the counters once a
 * second, so that a time is that of the second after the drop at the latest. A look that takes long makes the pause
 * longer, so that no more than a thousandth of a processor goes into it. Any thread may ask.
 */
final class DropTimes implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int SHARE = 1000;
    private static final DropReason[] REASONS = DropReason.values();

    private final Supplier<List<PortStatus>> ports;
    private final InstantSource clock;
    private final Thread thread = new Thread(this::run, "weft-drop-times");
    private final Map<String, OfPort> seen = new HashMap<>();

    /** The counts of one port at the last look, and the seconds at which they were found changed; 0: never. */
    private record OfPort(long[] counts, long[] changed) {
        OfPort() {
            this(new long[REASONS.length], new long[REASONS.length]);
        }
    }

    DropTimes(Supplier<List<PortStatus>> ports, InstantSource clock) {
        this.ports = ports;
        this.clock = clock;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                long beginNs = System.nanoTime();
                look();
                TimeUnit.NANOSECONDS.sleep(Math.max(INTERVAL_NS, SHARE * (System.nanoTime() - beginNs)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at every counter now. */
    synchronized void look() {
        List<PortStatus> now = ports.get();
        Set<String> names = now.stream().map(port -> port.spec().name()).collect(Collectors.toSet());
        seen.keySet().retainAll(names);
        long second = clock.instant().getEpochSecond();
        for (PortStatus port : now) {
            OfPort before = seen.computeIfAbsent(port.spec().name(), _ -> new OfPort());
            for (int reason = 0; reason < REASONS.length; reason++) {
                long count = port.counters().ingressDrops(REASONS[reason])
                        + port.counters().egressDrops(REASONS[reason]);
                if (count != before.counts()[reason]) {
                    before.counts()[reason] = count;
                    before.changed()[reason] = second;
                }
            }
        }
    }

    /** Returns the time of the last drop as of the last look; empty: never. */
    synchronized Optional<Instant> last(String port, DropReason reason) {
        OfPort found = seen.get(port);
        long second = found == null ? 0 : found.changed()[reason.ordinal()];
        return second == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(second).truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
