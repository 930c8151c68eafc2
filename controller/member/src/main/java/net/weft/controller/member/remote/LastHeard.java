package net.weft.controller.member.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When a member heard from a controller last. It is kept on disk once a minute, so that a restart of the process or of the host does not
 * count as news of a controller. A clock of the day that was set back counts as heard just now, since nothing better is known.
 */
final class LastHeard {
    private static final System.Logger LOG = System.getLogger(LastHeard.class.getName());
    private static final String FILE = "heard";
    private static final long KEPT_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

    private final StateDirectory state;
    private final InstantSource day;
    private final LongSupplier clock;
    private volatile long lastNs;
    private long keptNs;

    /** @param clock nanoseconds that never go back, as {@link System#nanoTime} */
    LastHeard(StateDirectory state, InstantSource day, LongSupplier clock) {
        this.state = state;
        this.day = day;
        this.clock = clock;
        long nowNs = clock.getAsLong();
        lastNs = nowNs - TimeUnit.SECONDS.toNanos(Math.max(0, secondsSinceKept()));
        keptNs = nowNs - KEPT_EVERY_NS;
    }

    private long secondsSinceKept() {
        if (!state.has(FILE)) {
            return 0;
        }
        String text = new String(state.read(FILE), StandardCharsets.UTF_8).strip();
        try {
            return day.instant().getEpochSecond() - Long.parseLong(text);
        } catch (NumberFormatException e) {
            LOG.log(System.Logger.Level.WARNING, state.file(FILE) + ": is damaged; the controllers count as heard now");
            return 0;
        }
    }

    /** Notes that a controller is heard now. Called by the thread of the connection alone. */
    void now() {
        long nowNs = clock.getAsLong();
        lastNs = nowNs;
        if (nowNs - keptNs >= KEPT_EVERY_NS) {
            keptNs = nowNs;
            Instant now = day.instant();
            try {
                state.write(FILE, (now.getEpochSecond() + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING,
                        state.file(FILE) + ": cannot be written, so a restart counts as news of a controller: "
                                + e.getMessage());
            }
        }
    }

    /** Returns the time of the clock at which a controller was heard last. Any thread. */
    long lastNs() {
        return lastNs;
    }
}
