package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static net.weft.zone.track.Layout.LONG;

import java.lang.foreign.MemorySegment;

/**
 * The free slots: a stack of removed entries, linked through the entries themselves, whose head has a version against
 * the ABA problem; then the slots that were never used.
 */
final class FreeSlots {
    private final ConnectionTable table;
    private final MemorySegment segment;

    FreeSlots(ConnectionTable table, MemorySegment segment) {
        this.table = table;
        this.segment = segment;
    }

    /** Allocates a slot. @return the slot, or -1 when all are in use */
    int allocate() {
        for (;;) {
            long head = (long) LONG.getAcquire(segment, Layout.FREE);
            int slot = (int) head - 1;
            if (slot < 0) {
                return allocateUnused();
            }
            long next = (long) LONG.getOpaque(segment, table.entry(slot) + Layout.NEXT_FREE) & 0xffff_ffffL;
            if (LONG.compareAndSet(segment, Layout.FREE, head, (head >>> 32) + 1 << 32 | next)) {
                return slot;
            }
        }
    }

    private int allocateUnused() {
        for (;;) {
            long used = (long) LONG.getAcquire(segment, Layout.USED);
            if (used >= table.capacity()) {
                return -1;
            }
            if (LONG.compareAndSet(segment, Layout.USED, used, used + 1)) {
                return (int) used;
            }
        }
    }

    void release(int slot) {
        for (;;) {
            long head = (long) LONG.getAcquire(segment, Layout.FREE);
            LONG.setOpaque(segment, table.entry(slot) + Layout.NEXT_FREE, head & 0xffff_ffffL);
            if (LONG.compareAndSet(segment, Layout.FREE, head, (head >>> 32) + 1 << 32 | slot + 1)) {
                return;
            }
        }
    }

    /** Empties the stack; before any worker runs. */
    void clear() {
        segment.set(JAVA_LONG, Layout.FREE, 0);
    }
}
