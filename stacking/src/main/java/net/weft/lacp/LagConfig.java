package net.weft.lacp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One link aggregation group.
 *
 * @param name for people
 * @param key its LACP key, 1 to 65535, unique in the system
 * @param systemPriority 0 to 65535; the lower is preferred
 * @param minLinks the LAG forwards nothing while fewer legs than this could, 1 to {@value #MAX_LEGS}
 * @param waitToRestoreNs how long a leg that failed must be well again before it is used, 0 to an hour; see {@link FlapDamping}
 * @param fallback whether exactly one leg forwards while no leg hears LACP
 * @param legs at most {@value #MAX_LEGS}
 */
public record LagConfig(String name, int key, LacpMode mode, LacpRate rate, MuxControl control, int systemPriority,
        int minLinks, long waitToRestoreNs, boolean fallback, List<LegConfig> legs) {
    public static final int MAX_LEGS = 32;
    public static final int DEFAULT_SYSTEM_PRIORITY = 32_768;
    private static final long LONGEST_WAIT_TO_RESTORE_NS = 3600 * LacpTimes.SECOND_NS;

    public LagConfig {
        Range.between("LAG " + name + ": key", key, 1, 0xffff);
        Range.unsigned16("LAG " + name + ": system priority", systemPriority);
        Range.between("LAG " + name + ": min-links", minLinks, 1, MAX_LEGS);
        if (waitToRestoreNs < 0 || waitToRestoreNs > LONGEST_WAIT_TO_RESTORE_NS) {
            throw new IllegalArgumentException(
                    "LAG " + name + ": wait-to-restore of " + waitToRestoreNs + " ns is not in 0 s - 1 h");
        }
        if (legs.size() > MAX_LEGS) {
            throw new IllegalArgumentException(
                    "LAG " + name + " has " + legs.size() + " legs: expected at most " + MAX_LEGS);
        }
        Set<Integer> numbers = new HashSet<>();
        for (LegConfig leg : legs) {
            if (!numbers.add(leg.number())) {
                throw new IllegalArgumentException(
                        "LAG " + name + " has two legs of LACP port number " + leg.number() + ": expected one");
            }
        }
        legs = List.copyOf(legs);
    }

    /** An active LAG of the default settings: slow rate, independent control, one link at least, no wait, no fallback. */
    public static LagConfig of(String name, int key, List<LegConfig> legs) {
        return new LagConfig(name, key, LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.INDEPENDENT,
                DEFAULT_SYSTEM_PRIORITY, 1, 0, false, legs);
    }

    public LagConfig withMode(LacpMode newMode) {
        return new LagConfig(name, key, newMode, rate, control, systemPriority, minLinks, waitToRestoreNs, fallback,
                legs);
    }

    public LagConfig withRate(LacpRate newRate) {
        return new LagConfig(name, key, mode, newRate, control, systemPriority, minLinks, waitToRestoreNs, fallback,
                legs);
    }

    public LagConfig withControl(MuxControl newControl) {
        return new LagConfig(name, key, mode, rate, newControl, systemPriority, minLinks, waitToRestoreNs, fallback,
                legs);
    }

    public LagConfig withMinLinks(int newMinLinks) {
        return new LagConfig(name, key, mode, rate, control, systemPriority, newMinLinks, waitToRestoreNs, fallback,
                legs);
    }

    public LagConfig withWaitToRestoreNs(long newWaitNs) {
        return new LagConfig(name, key, mode, rate, control, systemPriority, minLinks, newWaitNs, fallback, legs);
    }

    public LagConfig withFallback(boolean newFallback) {
        return new LagConfig(name, key, mode, rate, control, systemPriority, minLinks, waitToRestoreNs, newFallback,
                legs);
    }

    public LagConfig withLegs(List<LegConfig> newLegs) {
        return new LagConfig(name, key, mode, rate, control, systemPriority, minLinks, waitToRestoreNs, fallback,
                newLegs);
    }
}
