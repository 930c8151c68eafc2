package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Raw memory by address, <b>unchecked</b>: a wrong address kills the process. Only this class holds the whole-memory
 * segment; its callers must have checked address and length against the memory that they own. Plain accesses may be
 * unaligned and are in the machine's byte order, those ending in {@code Be} in network order; the acquire, release and
 * volatile ones need natural alignment.
 * <p>
 * An access to memory that another process can take away may fault. The fault is thrown as an {@code InternalError} at
 * {@link FaultCalls#deliver} at the latest, and a faulting read returns an undefined value. Two
 * kinds of access must never be made to such memory, because HotSpot cannot decode the instruction that faults and kills the process:
 * {@code compareAndSet}, while that code is interpreted, and an int that is widened to a long with its sign, which the optimizing compiler
 * turns into one {@code movsxd} from memory. {@code FaultCallsTest} tries the other kinds, {@code SignedWideningTest} looks for widenings.
 */
public final class Memory {
    /** Largest copy, in bytes, for which a loop of words is faster than a bulk copy. */
    private static final long WORD_COPY_MAX = 256;

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfShort SHORT_BE = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final VarHandle SHORT = JAVA_SHORT.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private Memory() {
    }

    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address);
    }

    /**
     * Loads an int. Never widen the result to a long with its sign: see the class. {@link #getUnsignedInt} widens safely.
     */
    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    /** Loads an int, in the machine's byte order, as a long of 0 to 2^32 - 1. */
    public static long getUnsignedInt(long address) {
        return Integer.toUnsignedLong(getInt(address));
    }

    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static short getShortBe(long address) {
        return ALL.get(SHORT_BE, address);
    }

    public static int getIntBe(long address) {
        return ALL.get(INT_BE, address);
    }

    public static long getLongBe(long address) {
        return ALL.get(LONG_BE, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address, value);
    }

    public static void putShort(long address, short value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address, value);
    }

    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    public static void putShortBe(long address, short value) {
        ALL.set(SHORT_BE, address, value);
    }

    public static void putIntBe(long address, int value) {
        ALL.set(INT_BE, address, value);
    }

    public static void putLongBe(long address, long value) {
        ALL.set(LONG_BE, address, value);
    }

    public static short getShortAcquire(long address) {
        return (short) SHORT.getAcquire(ALL, address);
    }

    public static int getIntAcquire(long address) {
        return (int) INT.getAcquire(ALL, address);
    }

    public static long getLongAcquire(long address) {
        return (long) LONG.getAcquire(ALL, address);
    }

    /**
     * Stores with release semantics, as a plain store after a fence. HotSpot's interpreter would store a volatile short
     * by an exchange instruction, in which a fault kills the process.
     */
    public static void putShortRelease(long address, short value) {
        VarHandle.releaseFence();
        SHORT.set(ALL, address, value);
    }

    public static void putIntRelease(long address, int value) {
        INT.setRelease(ALL, address, value);
    }

    public static void putLongRelease(long address, long value) {
        LONG.setRelease(ALL, address, value);
    }

    /**
     * Loads with a full fence on both sides, as a ring needs between publishing an index and reading whether the other
     * side wants a notification.
     */
    public static short getShortVolatile(long address) {
        return (short) SHORT.getVolatile(ALL, address);
    }

    public static void putShortVolatile(long address, short value) {
        VarHandle.releaseFence();
        SHORT.set(ALL, address, value);
        VarHandle.fullFence();
    }

    public static boolean compareAndSetInt(long address, int expected, int value) {
        return INT.compareAndSet(ALL, address, expected, value);
    }

    public static boolean compareAndSetLong(long address, long expected, long value) {
        return LONG.compareAndSet(ALL, address, expected, value);
    }

    /** Copies bytes between areas, which must not overlap. */
    public static void copy(long from, long to, long bytes) {
        if (bytes > WORD_COPY_MAX) {
            MemorySegment.copy(ALL, from, ALL, to, bytes);
        } else if (bytes >= Long.BYTES) {
            long last = bytes - Long.BYTES;
            for (long at = 0; at < last; at += Long.BYTES) {
                putLong(to + at, getLong(from + at));
            }
            putLong(to + last, getLong(from + last));
        } else {
            copyTiny(from, to, bytes);
        }
    }

    private static void copyTiny(long from, long to, long bytes) {
        if (bytes >= Integer.BYTES) {
            int head = getInt(from);
            int tail = getInt(from + bytes - Integer.BYTES);
            putInt(to, head);
            putInt(to + bytes - Integer.BYTES, tail);
        } else {
            for (long at = 0; at < bytes; at++) {
                putByte(to + at, getByte(from + at));
            }
        }
    }

    public static void copy(long from, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, from, to, offset, bytes);
    }

    public static void copy(byte[] from, int offset, long to, int bytes) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, to, bytes);
    }

    public static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address, bytes).fill(value);
    }

    /** Returns a bounds-checked view of an area. The owner must keep the area alive as long as the view is used. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }
}
