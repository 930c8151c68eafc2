package net.weft.vswitch;

import java.nio.file.Path;
import java.util.List;
import net.weft.vswitch.device.DeviceProvider;
import net.weft.vswitch.protocol.FabricKey;
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
 * @param fabricKey the secret of the fabric's link protocols, the same on all members
 * @param providers open devices of further types
 */
public record SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed,
        @Nullable Path connections, @Nullable Path stations, FabricKey fabricKey, List<DeviceProvider> providers) {
    /** 802.1Q table 8-6. */
    public static final int DEFAULT_AGEING_SECONDS = 300;

    /** Connections end with the switch, and stations are learned anew. */
    public SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed) {
        this(cpus, alwaysPoll, state, ageingSeconds, seed, null, null, FabricKey.random(), List.of());
    }

    /** The same with connections and stations remembered in files. */
    public SwitchOptions remembering(Path connectionFile, Path stationFile) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connectionFile, stationFile, fabricKey,
                providers);
    }

    /** The same as a member of a fabric. */
    public SwitchOptions in(FabricKey fabric) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connections, stations, fabric, providers);
    }

    /** The same with further device types. */
    public SwitchOptions with(DeviceProvider... more) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connections, stations, fabricKey,
                List.of(more));
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
