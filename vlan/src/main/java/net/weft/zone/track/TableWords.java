package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Access to words of the table by address, <b>unchecked</b>, for the packet path: checks of bounds, alignment and
 * lifetime would take most of its time. The caller must pass a slot below the table's capacity, and the table's memory
 * must stay mapped as long as any worker runs.
 */
final class TableWords {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();

    private TableWords() {
    }

    static long get(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    static void set(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    static long getAcquire(long address) {
        return (long) LONG.getAcquire(ALL, address);
    }

    static long getOpaque(long address) {
        return (long) LONG.getOpaque(ALL, address);
    }

    static int getIntOpaque(long address) {
        return (int) INT.getOpaque(ALL, address);
    }

    static int getInt(long address) {
        return ALL.get(JAVA_INT, address);
    }

    static void setInt(long address, int value) {
        ALL.set(JAVA_INT, address, value);
    }

    static boolean compareAndSet(long address, int from, int to) {
        return INT.compareAndSet(ALL, address, from, to);
    }

    static boolean compareAndSet(long address, long from, long to) {
        return LONG.compareAndSet(ALL, address, from, to);
    }
}
