package net.weft.vswitch;

import java.nio.file.Path;
import java.util.List;
import net.weft.vswitch.device.DeviceProvider;
import net.weft.vswitch.protocol.FabricKey;
import org.jspecify.annotations.Nullable;

/**
 * The options that are fixed while a switch runs.
 *
 * @param cpus processors; one pinned worker each; empty for one worker that is not pinned
 * @param alwaysPoll true for workers that never sleep
 * @param state directory for what must be undone after a crash (host settings of nic ports)
 * @param ageingSeconds ageing time of MAC entries
 * @param seed key of the hash of the MAC table; unpredictable in production
 * @param connections file that keeps connections over a restart, best in memory (tmpfs); null to keep none
 * @param stations file that keeps MAC entries over a restart, likewise; null to keep none
 * @param fabricKey the secret of the fabric's link protocols, the same on all members
 * @param providers openers of further device types
 * @param protocols link protocols that the switch does not have itself
 */
public record SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed,
        @Nullable Path connections, @Nullable Path stations, FabricKey fabricKey, List<DeviceProvider> providers,
        List<SwitchProtocols.Factory> protocols) {
    /** The default ageing time of MAC entries, seconds: IEEE 802.1Q table 8-6. */
    public static final int DEFAULT_AGEING_SECONDS = 300;

    /**
     * Creates options without files: connections end with the switch, and MAC addresses are learned anew after a
     * restart.
     */
    public SwitchOptions(List<Integer> cpus, boolean alwaysPoll, Path state, int ageingSeconds, long seed) {
        this(cpus, alwaysPoll, state, ageingSeconds, seed, null, null, FabricKey.random(), List.of(), List.of());
    }

    /** Returns a copy that keeps connections and MAC entries in files. */
    public SwitchOptions remembering(Path connectionFile, Path stationFile) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connectionFile, stationFile, fabricKey,
                providers, protocols);
    }

    /** Returns a copy for a member of a fabric. */
    public SwitchOptions in(FabricKey fabric) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connections, stations, fabric,
                providers, protocols);
    }

    /** Returns a copy with further device types. */
    public SwitchOptions with(DeviceProvider... more) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connections, stations, fabricKey,
                List.of(more), protocols);
    }

    /** Returns a copy with further link protocols, whose punt rules come before the switch's own. */
    public SwitchOptions speaking(SwitchProtocols.Factory... more) {
        return new SwitchOptions(cpus, alwaysPoll, state, ageingSeconds, seed, connections, stations, fabricKey,
                providers, List.of(more));
    }

    /** Returns the defaults: one adaptive worker. */
    public static SwitchOptions defaults(Path state) {
        return new SwitchOptions(List.of(), false, state, DEFAULT_AGEING_SECONDS,
                new java.security.SecureRandom().nextLong());
    }

    /** Returns the number of packet threads. */
    int workerCount() {
        return Math.max(1, cpus.size());
    }
}
