package net.weft.vswitch.observe;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.FrameRing;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.forward.Snapshot;

/**
 * The sampler of one worker in a {@link FrameSampling}: it copies one of each N frames that the worker forwards or
 * drops, chosen at random, with its first bytes and its fate into a ring. If the ring is full, the sample is counted as
 * lost.
 * <p>
 * The worker calls {@link #observe}, which allocates nothing; a burst without a sample costs a comparison. Any thread
 * may read the counts, one thread the ring.
 */
public final class FrameSampler {
    static final int RING_FRAMES = 8192;
    private static final VarHandle OBSERVED;
    private static final VarHandle LOST;

    static {
        try {
            OBSERVED = MethodHandles.lookup().findVarHandle(FrameSampler.class, "observed", long.class);
            LOST = MethodHandles.lookup().findVarHandle(FrameSampler.class, "lost", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int population;
    private final SplittableRandom random;
    private final FrameRing ring;
    private int place;
    private int untilNext;
    private long observed;
    private long lost;

    /**
     * @param population N, 1 or more
     * @param seed of the random choice
     */
    FrameSampler(Arena arena, int population, long seed) {
        this.population = population;
        random = new SplittableRandom(seed);
        ring = new FrameRing(arena, RING_FRAMES, SampledFrame.BYTES);
        place = random.nextInt(population);
        untilNext = place;
    }

    /** Worker: samples a burst that was forwarded, before its memory is released. */
    public void observe(Burst burst, Snapshot snapshot, long nowNs) {
        int next = untilNext;
        while (next < burst.count) {
            sample(burst, next, snapshot, nowNs);
            int after = random.nextInt(population);
            next += population - place + after;
            place = after;
        }
        untilNext = next - burst.count;
        OBSERVED.setOpaque(this, observed + burst.count);
    }

    private void sample(Burst burst, int i, Snapshot snapshot, long nowNs) {
        long slot = ring.claim();
        if (slot == 0) {
            LOST.setOpaque(this, lost + 1);
            return;
        }
        int tag = burst.tag[i];
        int verdict = burst.verdict[i];
        boolean isTagOutOfBand = tag != 0 && burst.typeOffset[i] == 12;
        int head = Math.min(burst.headLength[i], SampledFrame.HEAD_BYTES - (isTagOutOfBand ? 4 : 0));
        Memory.putLong(slot + SampledFrame.TIME, nowNs);
        Memory.putInt(slot + SampledFrame.INGRESS, snapshot.number(burst.port[i]));
        Memory.putInt(slot + SampledFrame.VERDICT, verdict >= 0 ? snapshot.number(verdict) : verdict);
        Memory.putInt(slot + SampledFrame.TAG, tag);
        Memory.putInt(slot + SampledFrame.VID, Verdict.isDrop(verdict)
                ? tag & 0xFFF
                : burst.vid[i]);
        Memory.putInt(slot + SampledFrame.WIRE_LENGTH, burst.length[i] + (isTagOutOfBand ? 4 : 0));
        long from = burst.head(i);
        long to = slot + SampledFrame.HEAD;
        if (isTagOutOfBand && head >= 12) {
            Memory.copy(from, to, 12);
            Memory.putIntBe(to + 12, tag);
            Memory.copy(from + 12, to + 16, head - 12);
            head += 4;
        } else {
            Memory.copy(from, to, head);
        }
        Memory.putInt(slot + SampledFrame.HEAD_LENGTH, head);
        ring.publish(SampledFrame.HEAD + head, 0);
    }

    /** Consumer: the ring of samples. */
    FrameRing ring() {
        return ring;
    }

    /** Number of frames observed. */
    long observed() {
        return (long) OBSERVED.getOpaque(this);
    }

    /** Number of samples lost because the ring was full. */
    long lost() {
        return (long) LOST.getOpaque(this);
    }
}
