package net.weft.vswitch.worker;

import java.util.BitSet;
import java.util.function.IntFunction;
import net.weft.linux.CpuCaches;
import net.weft.linux.ProcessThreads;

/**
 * How far the processors on which a guest runs are from a worker's processor. Between processors that share no cache, each
 * line of a frame and of a ring takes several times as long. The guest's processors are those of its hypervisor's threads
 * at the time of the question. Any thread.
 */
public final class GuestDistance {
    private final CpuCaches caches;
    private final IntFunction<BitSet> processorsOf;

    /** Distances on this machine. */
    public GuestDistance() {
        this(new CpuCaches(), ProcessThreads::virtualProcessors);
    }

    /** @param processorsOf the processors of a guest by the ID of its hypervisor's process */
    public GuestDistance(CpuCaches caches, IntFunction<BitSet> processorsOf) {
        this.caches = caches;
        this.processorsOf = processorsOf;
    }

    /**
     * Returns the distance to the farthest of a guest's processors.
     *
     * @param cpu processor to which the worker is pinned, -1 for none
     * @param process ID of the hypervisor's process, 0 for none
     */
    public CpuCaches.Distance of(int cpu, int process) {
        return cpu < 0 || process == 0 ? CpuCaches.Distance.UNKNOWN : caches.farthest(cpu, processorsOf.apply(process));
    }

    /** Returns the processors of a guest; empty if they are unknown. */
    public BitSet processors(int process) {
        return process == 0 ? new BitSet() : processorsOf.apply(process);
    }

    /** Returns the processors that share the last-level cache with a guest's, and run none of its threads. */
    public BitSet nearest(int process) {
        BitSet guest = processors(process);
        BitSet near = new BitSet();
        guest.stream().forEach(cpu -> near.or(caches.neighbours(cpu)));
        near.andNot(guest);
        return near;
    }
}
