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
 * One worker's part of a {@link FrameSampling}: of each N frames that it forwards or drops it copies one, chosen at random, with its
 * first bytes and its fate into a ring, and goes on. When the ring is full the sample is lost and counted.
 * <p>
 * {@link #observe} belongs to the worker and allocates nothing; a burst without a sample costs it a comparison. The counts may
 * be read by any thread, the ring by one.
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
     * @param seed of the choice
     */
    FrameSampler(Arena arena, int population, long seed) {
        this.population = population;
        random = new SplittableRandom(seed);
        ring = new FrameRing(arena, RING_FRAMES, SampledFrame.BYTES);
        place = random.nextInt(population);
        untilNext = place;
    }

    /** Worker: looks at a burst that was forwarded, before its memory is given back. */
    public void observe(Burst burst, Snapshot snapshot, long nowNs) {
        int next = untilNext;
        while (next < burst.count) {
            take(burst, next, snapshot, nowNs);
            int after = random.nextInt(population);
            next += population - place + after;
            place = after;
        }
        untilNext = next - burst.count;
        OBSERVED.setOpaque(this, observed + burst.count);
    }

    private void take(Burst burst, int i, Snapshot snapshot, long nowNs) {
        long slot = ring.claim();
        if (slot == 0) {
            LOST.setOpaque(this, lost + 1);
            return;
        }
        int tag = burst.tag[i];
        int verdict = burst.verdict[i];
        boolean tagBeside = tag != 0 && burst.typeOffset[i] == 12;
        int head = Math.min(burst.headLength[i], SampledFrame.HEAD_BYTES - (tagBeside ? 4 : 0));
        Memory.putLong(slot + SampledFrame.TIME, nowNs);
        Memory.putInt(slot + SampledFrame.INGRESS, snapshot.number(burst.port[i]));
        Memory.putInt(slot + SampledFrame.VERDICT, verdict >= 0 ? snapshot.number(verdict) : verdict);
        Memory.putInt(slot + SampledFrame.TAG, tag);
        Memory.putInt(slot + SampledFrame.VID, Verdict.isDrop(verdict)
                ? tag & 0xFFF
                : burst.vid[i]);
        Memory.putInt(slot + SampledFrame.WIRE_LENGTH, burst.length[i] + (tagBeside ? 4 : 0));
        long from = burst.head(i);
        long to = slot + SampledFrame.HEAD;
        if (tagBeside && head >= 12) {
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

    /** Consumer: the samples not yet taken. */
    FrameRing ring() {
        return ring;
    }

    /** Frames looked at. */
    long observed() {
        return (long) OBSERVED.getOpaque(this);
    }

    /** Samples lost because the ring was full. */
    long lost() {
        return (long) LOST.getOpaque(this);
    }
}
