package net.weft.vswitch.device.vhost;

import java.lang.invoke.VarHandle;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;

/**
 * The position of a packed ring in memory that outlives Weft: the ring's part of an {@link InflightRegion} (vhost-user,
 * "Inflight I/O tracking", QueueRegionPacked).
 * <p>
 * Little state is needed, because Weft returns chains in order, a burst at a time. Between bursts, the only chains in
 * flight are those that the next run fetches again, starting at {@code used_idx} and its wrap counter. While a burst is
 * being returned, its used descriptors after the first are already in the ring, where the guest does not read them yet,
 * and have overwritten the lengths of their chains. So the order of stores is: first one entry per chain with its
 * slots, id and length; then {@code free_head}, the number of entries; then one store that advances {@code used_idx}
 * but not {@code old_used_idx}; then the ring, the first head last; then one store that makes both indices equal. If a
 * later run finds the indices different, it checks that first head: if it is still available, the burst is returned
 * again from the entries; otherwise the burst was returned completely.
 * <p>
 * A killed process has executed its stores up to some point in program order, so only the compiler must be kept from
 * reordering them.
 */
final class PackedInflight {
    /** Version of the layout of a part in use. */
    static final short LAYOUT_VERSION = 1;
    private static final int VERSION = 8;
    private static final int SIZE = 10;
    private static final int FREE_HEAD = 12;
    /** Two bytes each {@code used_idx}, {@code old_used_idx}; one byte each their wrap counters; padding. */
    private static final int INDICES = 16;
    private static final int ENTRIES = 32;
    private static final int ENTRY_BYTES = 32;
    private static final int NUM = 6;
    private static final int ID = 16;
    private static final int LENGTH = 20;

    private final long region;
    private final int size;

    /** @param region address of {@link #bytes} bytes, aligned to 8, that {@link #resume} has made valid */
    PackedInflight(long region, int size) {
        this.region = region;
        this.size = size;
    }

    static long bytes(int size) {
        return ENTRIES + (long) ENTRY_BYTES * size;
    }

    /** Returns whether the memory of the region is gone. */
    boolean isGone() {
        return Mapping.isGone(region, bytes(size), true);
    }

    /** Records chain {@code n} of the burst that is about to be returned. */
    void note(int n, int slots, int id, int written) {
        long entry = region + ENTRIES + (long) ENTRY_BYTES * n;
        Memory.putShort(entry + NUM, (short) slots);
        Memory.putLong(entry + ID, id | (long) written << 32);
    }

    /** Marks the burst as being returned; the ring is written next. */
    void begin(int chains, int old, int oldWrap, int next, int wrap) {
        VarHandle.storeStoreFence();
        Memory.putShort(region + FREE_HEAD, (short) chains);
        VarHandle.storeStoreFence();
        indices(old, oldWrap, next, wrap);
        VarHandle.storeStoreFence();
    }

    /** Marks the burst as returned. */
    void end(int next, int wrap) {
        VarHandle.storeStoreFence();
        indices(next, wrap, next, wrap);
    }

    private void indices(int old, int oldWrap, int next, int wrap) {
        Memory.putLongRelease(region + INDICES, next | (long) old << 16 | (long) wrap << 32 | (long) oldWrap << 40);
    }

    /**
     * Returns the position at which the ring resumes. A region of zeroes, or of another ring size, is initialised with
     * {@code base}.
     *
     * @param ring local address of the descriptors
     * @param base position sent by the front end, a {@link PackedPosition} within the ring
     */
    static int resume(long region, int size, long ring, int base) throws VhostViolationException {
        PackedInflight inflight = new PackedInflight(region, size);
        if (Memory.getShort(region + VERSION) != LAYOUT_VERSION
                || Memory.getShort(region + SIZE) != (short) size) {
            Memory.putLong(region, 0);
            Memory.putShort(region + SIZE, (short) size);
            inflight.end(PackedPosition.slot(base), PackedPosition.wrap(base));
            VarHandle.storeStoreFence();
            Memory.putShort(region + VERSION, LAYOUT_VERSION);
            return base;
        }
        long indices = Memory.getLong(region + INDICES);
        int next = (int) indices & 0xFFFF;
        int old = (int) (indices >>> 16) & 0xFFFF;
        int wrap = (int) (indices >>> 32) & 0xFF;
        int oldWrap = (int) (indices >>> 40) & 0xFF;
        if (next >= size || old >= size || wrap > 1 || oldWrap > 1) {
            throw damaged("used entries " + next + " and " + old + ", wrap counters " + wrap + " and " + oldWrap);
        }
        if (next != old || wrap != oldWrap) {
            long head = ring + 16L * old + 8;
            if (PackedPosition.isAvailable(Memory.getLongAcquire(head), oldWrap)) {
                inflight.publish(ring, old, oldWrap, next, wrap);
            }
            inflight.end(next, wrap);
        }
        return PackedPosition.of(next, wrap);
    }

    /** Returns the recorded burst to the guest. All entries are checked against the ring before any is written. */
    private void publish(long ring, int old, int oldWrap, int next, int wrap) throws VhostViolationException {
        int chains = Memory.getShort(region + FREE_HEAD) & 0xFFFF;
        int expected = next - old + (wrap == oldWrap ? 0 : size);
        int[] slot = new int[Math.min(chains, size) + 1];
        slot[0] = old;
        for (int n = 0; n < slot.length - 1; n++) {
            slot[n + 1] = slot[n] + (Memory.getShort(region + ENTRIES + (long) ENTRY_BYTES * n + NUM) & 0xFFFF);
            if (slot[n + 1] == slot[n] || slot[n + 1] - old > size) {
                throw damaged("entry " + n + " is a chain of " + (slot[n + 1] - slot[n]) + " descriptors");
            }
        }
        if (chains == 0 || chains > size || slot[chains] - old != expected) {
            throw damaged(chains + " chains from entry " + old + " to " + next);
        }
        for (int n = chains - 1; n >= 0; n--) {
            long entry = region + ENTRIES + (long) ENTRY_BYTES * n;
            int id = Memory.getShort(entry + ID) & 0xFFFF;
            long used = PackedPosition.used(id, Memory.getInt(entry + LENGTH), slot[n] < size ? oldWrap : oldWrap ^ 1);
            Memory.putLongRelease(ring + 16L * (slot[n] % size) + 8, used);
        }
        VarHandle.fullFence();
    }

    private static VhostViolationException damaged(String what) {
        return new VhostViolationException("the in-flight region of a packed ring is damaged: " + what);
    }
}
