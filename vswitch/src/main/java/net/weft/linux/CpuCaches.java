package net.weft.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which processors share a cache ({@code /sys/devices/system/cpu/cpu*}{@code /cache}). A cache line moves within a
 * shared last-level cache in some 100 ns less than between two of them. Any thread; each processor is read once.
 */
public final class CpuCaches {
    /** How near a processor is to another. In ascending order of distance. */
    public enum Distance {
        /** They are threads of one core, or one processor. */
        SAME_CORE("same-core"),
        /** They share the last-level cache. */
        NEAR("near"),
        /** They share no cache. */
        FAR("far"),
        /** The kernel does not say. */
        UNKNOWN("");

        private final String label;

        Distance(String label) {
            this.label = label;
        }

        /** The word for it in tables. */
        public String label() {
            return label;
        }
    }

    private static final int CORE_LEVEL = 2;

    /** The processors that share a core's caches, and those that share the last-level cache, with one processor. */
    private record Sharing(BitSet core, BitSet lastLevel) {
    }

    private final Path root;
    private final Map<Integer, Sharing> byCpu = new ConcurrentHashMap<>();

    /** Caches of this machine. */
    public CpuCaches() {
        this(Path.of("/sys/devices/system/cpu"));
    }

    /** @param root directory that holds {@code cpu0/cache/index0/level} and so on */
    public CpuCaches(Path root) {
        this.root = root;
    }

    /** Returns how far apart two processors are. */
    public Distance between(int one, int other) {
        if (one < 0 || other < 0) {
            return Distance.UNKNOWN;
        }
        Sharing sharing = byCpu.computeIfAbsent(one, this::read);
        if (one == other || sharing.core.get(other)) {
            return Distance.SAME_CORE;
        }
        return sharing.lastLevel.isEmpty()
                ? Distance.UNKNOWN
                : sharing.lastLevel.get(other) ? Distance.NEAR : Distance.FAR;
    }

    /** Returns the greatest distance from a processor to any of others; {@link Distance#UNKNOWN} for none. */
    public Distance farthest(int one, BitSet others) {
        return others.stream().mapToObj(other -> between(one, other)).max(Enum::compareTo).orElse(Distance.UNKNOWN);
    }

    /** Returns the processors that share the last-level cache with a processor, and are not its core's. */
    public BitSet neighbours(int cpu) {
        Sharing sharing = byCpu.computeIfAbsent(cpu, this::read);
        BitSet near = (BitSet) sharing.lastLevel.clone();
        near.andNot(sharing.core);
        return near;
    }

    private Sharing read(int cpu) {
        BitSet core = new BitSet();
        BitSet lastLevel = new BitSet();
        int lastLevelSeen = 0;
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(root.resolve("cpu" + cpu).resolve("cache"),
                "index*")) {
            for (Path cache : caches) {
                int level = Integer.parseInt(Files.readString(cache.resolve("level")).strip());
                BitSet shared = cpuList(Files.readString(cache.resolve("shared_cpu_list")));
                if (level <= CORE_LEVEL) {
                    core.or(shared);
                }
                if (level > CORE_LEVEL && level > lastLevelSeen) {
                    lastLevel = shared;
                    lastLevelSeen = level;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return new Sharing(core, new BitSet()); // no such processor, or a kernel that does not say
        }
        return new Sharing(core, lastLevelSeen == 0 ? core : lastLevel);
    }

    /** Parses a list like {@code 0-3,8}. @throws NumberFormatException if it is none */
    static BitSet cpuList(String list) {
        BitSet cpus = new BitSet();
        for (String range : list.strip().split(",")) {
            if (!range.isEmpty()) {
                String[] ends = range.split("-", 2);
                cpus.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return cpus;
    }
}
