package net.weft.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Access to unsigned fields in network byte order at any address. Allocates nothing; the segment checks the bounds. */
public final class NetworkOrder {
    public static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    public static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    public static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private NetworkOrder() {
    }

    public static int getU8(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(JAVA_BYTE, offset));
    }

    public static int getU16(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset));
    }

    /** Returns 32 bits; unsigned if the field is defined so. */
    public static int getInt(MemorySegment segment, long offset) {
        return segment.get(INT, offset);
    }

    public static long getU32(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(INT, offset));
    }

    /** Returns 48 bits, for example a MAC address. */
    public static long getU48(MemorySegment segment, long offset) {
        return getU32(segment, offset) << 16 | getU16(segment, offset + 4);
    }

    public static long getLong(MemorySegment segment, long offset) {
        return segment.get(LONG, offset);
    }

    /** Writes the low 8 bits. */
    public static void putU8(MemorySegment segment, long offset, int value) {
        segment.set(JAVA_BYTE, offset, (byte) value);
    }

    /** Writes the low 16 bits. */
    public static void putU16(MemorySegment segment, long offset, int value) {
        segment.set(SHORT, offset, (short) value);
    }

    public static void putInt(MemorySegment segment, long offset, int value) {
        segment.set(INT, offset, value);
    }

    /** Writes the low 48 bits. */
    public static void putU48(MemorySegment segment, long offset, long value) {
        putU16(segment, offset, (int) (value >>> 32));
        putInt(segment, offset + 2, (int) value);
    }

    public static void putLong(MemorySegment segment, long offset, long value) {
        segment.set(LONG, offset, value);
    }
}
