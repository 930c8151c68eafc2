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
 * Fragments that came before the first of their datagram, kept until that comes or {@link FragmentTracker#HOLD_NS} have passed. Then they are given
 * back, and forwarded as if they came just now: {@link FragmentTracker#recall} says whether they may pass.
 * <p>
 * A pool of {@value #FRAMES} copies. No port has more of them than are free, so that whatever one sends, half the pool is left to others. Pages
 * that were never used take no memory. Looking after those kept costs a few at a time, whatever comes.
 * <p>
 * One worker's; not thread-safe; nothing is allocated after construction.
 */
public final class FragmentHold implements AutoCloseable {
    /** Frames at most. */
    public static final int FRAMES = 512;
    /** Bytes of a frame at most: jumbo frames with tags. */
    public static final int FRAME_BYTES = 9 * 1024 + 512;
    /** Ports that are a multiple of this apart count as one. */
    private static final int PORTS = 1024;
    /** Places looked at in one go. */
    private static final int LOOKED_AT = 32;
    /** How often all are looked at because of their age. */
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
    private final int[] given = new int[Burst.CAPACITY];
    private final int[] framesOfPort = new int[PORTS];
    private int freeCount;
    private int givenCount;
    private int cursor;
    private int unseen;
    private long seenReleases;
    private long roundNs;
    private long patienceNs = FragmentTracker.HOLD_NS;

    /** @param table of the switch's datagrams */
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

    /** Whether none is kept: then a worker may sleep as long as it likes. */
    public boolean isEmpty() {
        return freeCount == FRAMES;
    }

    /**
     * Says which frames are worth being kept; between bursts only.
     *
     * @param holding false: all are given back in the next turns
     * @param exists frames of other ports are forgotten
     */
    public void adopt(boolean holding, IntPredicate exists) {
        patienceNs = holding ? FragmentTracker.HOLD_NS : 0;
        unseen = holding || isEmpty() ? unseen : FRAMES;
        forgetGiven();
        for (int slot = 0; slot < FRAMES; slot++) {
            if (length[slot] > 0 && !exists.test(port[slot])) {
                forget(slot);
                free[freeCount++] = slot;
            }
        }
    }

    /**
     * Keeps a copy of a later fragment that {@link FragmentTracker#later} wants held.
     *
     * @param headers parsed
     * @param from zone it comes from
     * @param to zone it goes to, or {@link FragmentTracker#FLOOD}
     * @return false when there is no room for it: it is to be dropped
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
        tag[slot] = burst.typeOffset[i] == 12 ? burst.tag[i] : 0; // an inline tag is among the bytes
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
     * Gives back frames of which the first has come, or that have waited long enough; a few each time, all of one lane. To be called every
     * turn; costs next to nothing while there are none.
     *
     * @param to an empty burst of the worker's own; what it holds stays in place until this or {@link #close} is called next
     * @return frames in it
     */
    public int release(FragmentTracker tracker, Burst to, long nowNs) {
        forgetGiven();
        if (isEmpty()) {
            return 0;
        }
        long releases = table.releases();
        if (releases != seenReleases || nowNs - roundNs >= ROUND_NS) {
            seenReleases = releases;
            roundNs = nowNs;
            unseen = FRAMES;
        }
        for (int look = Math.min(unseen, LOOKED_AT); look > 0; look--) {
            int slot = cursor;
            if (length[slot] > 0 && isDue(tracker, slot, nowNs)) {
                boolean otherLane = to.count > 0 && to.txQueueHint != txQueueHint[slot];
                if (otherLane || to.isFull()) {
                    break;
                }
                give(slot, to);
            }
            cursor = (slot + 1) % FRAMES;
            unseen--;
        }
        return to.count;
    }

    private boolean isDue(FragmentTracker tracker, int slot, long nowNs) {
        return nowNs - heldNs[slot] >= patienceNs
                || tracker.recall(memory, (long) slot * FRAME_BYTES, parsed[slot], vlan[slot], zones[slot] >>> 16,
                        zones[slot] & 0xffff, port[slot]) != FragmentTracker.HOLD;
    }

    private void give(int slot, Burst to) {
        to.txQueueHint = txQueueHint[slot];
        to.add(mapping.address() + (long) slot * FRAME_BYTES, length[slot], port[slot], offload[slot], tag[slot]);
        forget(slot);
        given[givenCount++] = slot;
    }

    private void forget(int slot) {
        framesOfPort[port[slot] % PORTS]--;
        length[slot] = 0;
    }

    private void forgetGiven() {
        while (givenCount > 0) {
            free[freeCount++] = given[--givenCount];
        }
    }

    @Override
    public void close() {
        mapping.close();
    }
}
