package net.weft.vswitch;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed while a switch runs.
 *
 * @param cpus one worker a processor, pinned; empty: one worker, not pinned
 * @param alwaysPoll workers never sleep
 * @param state directory for what must be undone after a crash (host settings of nic ports)
 * @param ageingSeconds how long a silent station is remembered
 * @param seed keys the hash of the MAC table; unpredictable in production
 * @param connections file that remembers connections over a restart, best in memory (tmpfs); null: nothing is remembered
 * @param stations file that remembers where stations are, likewise
 */
public record SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed,
        @Nullable Path connections, @Nullable Path stations) {
    /** 802.1Q table 8-6. */
    public static final int DEFAULT_AGEING_SECONDS = 300;

    /** Connections end with the switch, and stations are learned anew. */
    public SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed) {
        this(cpus, alwaysPoll, state, ageingSeconds, seed, null, null);
    }

    /** The same with connections and stations remembered in files. */
    public SwitchOptions remembering(Path connectionFile, Path stationFile) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connectionFile, stationFile);
    }

    /** Defaults: one adaptive worker. */
    public static SwitchOptions defaults(Path state) {
        return new SwitchOptions(List.of(), false, state, DEFAULT_AGEING_SECONDS,
                new java.security.SecureRandom().nextLong());
    }

    /** How many packet threads there are. */
    int workerCount() {
        return Math.max(1, cpus.size());
    }
}
