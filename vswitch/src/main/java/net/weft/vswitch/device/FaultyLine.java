package net.weft.vswitch.device;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One way of a bad cable: frames go in, and come out when they are due, if they do. It holds {@value #MOST} frames at most; what comes on
 * top is lost. One thread at a time.
 */
public final class FaultyLine {
    private static final int MOST = 4096;
    /** A frame that waits to be overtaken goes on alone after so long. */
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
     * A frame on its way.
     *
     * @param tag beside the frame, as in a burst
     */
    record Held(long dueNs, long order, byte[] bytes, long offload, int tag) {
        Held at(long due, long place) {
            return new Held(due, place, bytes, offload, tag);
        }
    }

    /** @param seed the same frames meet the same fate */
    FaultyLine(LinkFaults faults, long seed) {
        this.faults = faults;
        random = new SplittableRandom(seed);
    }

    /** A frame goes in; its bytes are the line's from now on. */
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

    /** The next frame that is due, or null. */
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

    /** Whether frames are on their way. */
    boolean isEmpty() {
        return held.isEmpty() && aside == null;
    }

    /** Frames that never arrive. */
    public long lost() {
        return lost;
    }

    /** Frames that arrive twice. */
    public long duplicated() {
        return duplicated;
    }

    /** Frames that arrive wrong. */
    public long corrupted() {
        return corrupted;
    }

    /** Frames that arrive behind the one sent after them. */
    public long reordered() {
        return reordered;
    }
}
