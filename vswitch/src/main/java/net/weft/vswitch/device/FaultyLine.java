package net.weft.vswitch.device;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a simulated bad cable: frames are put in, and can be taken out when they are due, unless they were
 * lost. It holds {@value #MOST} frames at most; further frames are lost. One thread at a time.
 */
public final class FaultyLine {
    private static final int MOST = 4096;
    /** Time in ns after which a frame that waits to be overtaken is delivered anyway. */
    private static final long OVERTAKEN_NS = 10_000_000;

    private final LinkFaults faults;
    private final SplittableRandom random;
    private final PriorityQueue<Held> held = new PriorityQueue<>(
            Comparator.comparingLong(Held::dueNs).thenComparingLong(Held::order));
    private @Nullable Held aside;
    private long order;
    private long lost;
    private long duplicated;
    private long corrupted;
    private long reordered;

    /**
     * A frame that is delayed on the line.
     *
     * @param tag VLAN tag beside the frame, as in a burst
     */
    record Held(long dueNs, long order, byte[] bytes, long offload, int tag) {
        Held at(long due, long place) {
            return new Held(due, place, bytes, offload, tag);
        }
    }

    /** @param seed seed of the faults; the same seed and frames give the same faults */
    FaultyLine(LinkFaults faults, long seed) {
        this.faults = faults;
        random = new SplittableRandom(seed);
    }

    /** Puts a frame on the line, which takes ownership of its bytes. */
    void put(byte[] bytes, long offload, int tag, long nowNs) {
        if (random.nextDouble() < faults.loss() || held.size() >= MOST) {
            lost++;
            return;
        }
        if (bytes.length > 0 && random.nextDouble() < faults.corruption()) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            corrupted++;
        }
        Held frame = new Held(nowNs + faults.delayNs() + jitter(), order++, bytes, offload, tag);
        Held overtaken = aside;
        if (overtaken == null && random.nextDouble() < faults.reordering()) {
            aside = frame;
            return;
        }
        held.add(frame);
        if (random.nextDouble() < faults.duplication()) {
            held.add(frame.at(frame.dueNs(), order++));
            duplicated++;
        }
        if (overtaken != null) {
            aside = null;
            reordered++;
            held.add(overtaken.at(Math.max(overtaken.dueNs(), frame.dueNs()), order++));
        }
    }

    private long jitter() {
        return faults.jitterNs() == 0 ? 0 : random.nextLong(faults.jitterNs() + 1);
    }

    /** Removes and returns the next frame that is due, or null. */
    @Nullable
    Held take(long nowNs) {
        Held waiting = aside;
        if (waiting != null && nowNs - waiting.dueNs() >= OVERTAKEN_NS) {
            aside = null;
            held.add(waiting);
        }
        Held first = held.peek();
        return first == null || first.dueNs() - nowNs > 0 ? null : held.poll();
    }

    /** Returns whether no frame is on the line. */
    boolean isEmpty() {
        return held.isEmpty() && aside == null;
    }

    /** Number of frames that were lost. */
    public long lost() {
        return lost;
    }

    /** Number of frames that were duplicated. */
    public long duplicated() {
        return duplicated;
    }

    /** Number of frames that were corrupted. */
    public long corrupted() {
        return corrupted;
    }

    /** Number of frames that were delivered after the frame sent after them. */
    public long reordered() {
        return reordered;
    }
}
