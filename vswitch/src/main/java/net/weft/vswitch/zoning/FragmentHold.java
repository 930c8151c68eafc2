package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.fragment.FragmentTracker;

/**
 * Holds fragments that arrived before the first fragment of their datagram, until that arrives or {@link
 * FragmentTracker#HOLD_NS} have passed. Then they are released and forwarded as if they had just arrived; {@link
 * FragmentTracker#recall} decides whether they pass.
 * <p>
 * A pool of {@value #FRAMES} copies. No port may hold more of them than are free, so that half of the pool remains for
 * others, whatever one port sends. Pages that were never used take no memory. Only a few held frames are checked at a
 * time, so the cost per turn is bounded.
 * <p>
 * Belongs to one worker; not thread-safe; nothing is allocated after construction.
 */
public final class FragmentHold implements AutoCloseable {
    /** The maximum number of held frames. */
    public static final int FRAMES = 512;
    /** The maximum length of a held frame in bytes: jumbo frames with tags. */
    public static final int FRAME_BYTES = 9 * 1024 + 512;
    /** The number of per-port counters; ports that are a multiple of this apart share one. */
    private static final int PORTS = 1024;
    /** The maximum number of places checked in one call. */
    private static final int CHECKED_AT_ONCE = 32;
    /** The interval at which all places are checked for expired frames, nanoseconds. */
    private static final long ROUND_NS = 50_000_000;

    private final FragmentTable table;
    private final Mapping mapping;
    private final MemorySegment memory;
    private final int[] length = new int[FRAMES];
    private final int[] port = new int[FRAMES];
    private final int[] tag = new int[FRAMES];
    private final int[] txQueueHint = new int[FRAMES];
    private final long[] offload = new long[FRAMES];
    private final long[] parsed = new long[FRAMES];
    private final int[] vlan = new int[FRAMES];
    private final int[] zones = new int[FRAMES];
    private final long[] heldNs = new long[FRAMES];
    private final int[] free = new int[FRAMES];
    private final int[] released = new int[Burst.CAPACITY];
    private final int[] framesOfPort = new int[PORTS];
    private int freeCount;
    private int releasedCount;
    private int cursor;
    private int unchecked;
    private long seenReleases;
    private long roundNs;
    private long holdNs = FragmentTracker.HOLD_NS;

    /** @param table the switch's table of fragmented datagrams */
    public FragmentHold(FragmentTable table) {
        this.table = table;
        long bytes = (long) FRAMES * FRAME_BYTES;
        try (Fd fd = Memfd.create("weft-fragments", bytes)) {
            mapping = Mapping.shared(fd, 0, bytes);
        }
        memory = Memory.segment(mapping.address(), bytes);
        for (int slot = FRAMES - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    /** Returns whether no frame is held; then the worker may sleep for long. */
    public boolean isEmpty() {
        return freeCount == FRAMES;
    }

    /**
     * Adopts a configuration; between bursts only.
     *
     * @param holding false to release all frames in the next turns
     * @param exists tests a port index; frames of ports that do not exist are discarded
     */
    public void adopt(boolean holding, IntPredicate exists) {
        holdNs = holding ? FragmentTracker.HOLD_NS : 0;
        unchecked = holding || isEmpty() ? unchecked : FRAMES;
        freeReleased();
        for (int slot = 0; slot < FRAMES; slot++) {
            if (length[slot] > 0 && !exists.test(port[slot])) {
                forget(slot);
                free[freeCount++] = slot;
            }
        }
    }

    /**
     * Holds a copy of a later fragment for which {@link FragmentTracker#later} returned {@code HOLD}.
     *
     * @param headers its parsed headers
     * @param from source zone
     * @param to destination zone, or {@link FragmentTracker#FLOOD}
     * @return false when there is no space; the fragment must be dropped
     */
    public boolean hold(Burst burst, int i, long headers, int vid, int from, int to, long nowNs) {
        int ingress = burst.port[i];
        if (burst.length[i] > FRAME_BYTES || framesOfPort[ingress % PORTS] >= freeCount) {
            return false;
        }
        int slot = free[freeCount - 1];
        copy(burst, i, mapping.address() + (long) slot * FRAME_BYTES);
        FaultCalls.deliver();
        freeCount--;
        framesOfPort[ingress % PORTS]++;
        length[slot] = burst.length[i];
        port[slot] = ingress;
        tag[slot] = burst.typeOffset[i] == 12 ? burst.tag[i] : 0; // an inline tag is part of the bytes
        txQueueHint[slot] = burst.txQueueHint;
        offload[slot] = burst.offload[i];
        parsed[slot] = headers;
        vlan[slot] = vid;
        zones[slot] = from << 16 | to;
        heldNs[slot] = nowNs;
        return true;
    }

    private static void copy(Burst burst, int i, long to) {
        Memory.copy(burst.head(i), to, burst.headLength[i]);
        long at = to + burst.headLength[i];
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), at, burst.bodyLength(i, n));
            at += burst.bodyLength(i, n);
        }
    }

    /**
     * Releases frames whose first fragment has arrived or whose hold time is over; a few in each call, all with the
     * same transmit queue hint. Call in every turn; it costs next to nothing while no frame is held.
     *
     * @param to an empty burst of the worker; its frames stay valid until this or {@link #close} is called next
     * @return the number of frames in it
     */
    public int release(FragmentTracker tracker, Burst to, long nowNs) {
        freeReleased();
        if (isEmpty()) {
            return 0;
        }
        long releases = table.releases();
        if (releases != seenReleases || nowNs - roundNs >= ROUND_NS) {
            seenReleases = releases;
            roundNs = nowNs;
            unchecked = FRAMES;
        }
        for (int look = Math.min(unchecked, CHECKED_AT_ONCE); look > 0; look--) {
            int slot = cursor;
            if (length[slot] > 0 && isDue(tracker, slot, nowNs)) {
                boolean otherHint = to.count > 0 && to.txQueueHint != txQueueHint[slot];
                if (otherHint || to.isFull()) {
                    break;
                }
                release(slot, to);
            }
            cursor = (slot + 1) % FRAMES;
            unchecked--;
        }
        return to.count;
    }

    private boolean isDue(FragmentTracker tracker, int slot, long nowNs) {
        return nowNs - heldNs[slot] >= holdNs
                || tracker.recall(memory, (long) slot * FRAME_BYTES, parsed[slot], vlan[slot], zones[slot] >>> 16,
                        zones[slot] & 0xffff, port[slot]) != FragmentTracker.HOLD;
    }

    private void release(int slot, Burst to) {
        to.txQueueHint = txQueueHint[slot];
        to.add(mapping.address() + (long) slot * FRAME_BYTES, length[slot], port[slot], offload[slot], tag[slot]);
        forget(slot);
        released[releasedCount++] = slot;
    }

    private void forget(int slot) {
        framesOfPort[port[slot] % PORTS]--;
        length[slot] = 0;
    }

    private void freeReleased() {
        while (releasedCount > 0) {
            free[freeCount++] = released[--releasedCount];
        }
    }

    @Override
    public void close() {
        mapping.close();
    }
}
