package net.weft.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Immutable bytes that are compared by content: options and other parts of a header value that are carried without
 * being parsed.
 */
public final class Octets {
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns a copy of these bytes. */
    public static Octets of(byte... bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
    }

    /** Returns a copy of {@code length} bytes at {@code offset}. */
    public static Octets of(MemorySegment segment, long offset, int length) {
        return length == 0 ? EMPTY : new Octets(segment.asSlice(offset, length).toArray(JAVA_BYTE));
    }

    /** Parses pairs of hexadecimal digits without separators. */
    public static Octets ofHex(String digits) {
        return of(HexFormat.of().parseHex(digits));
    }

    public int length() {
        return bytes.length;
    }

    public byte[] toArray() {
        return bytes.clone();
    }

    /** Writes all bytes at {@code offset}. */
    public void emit(MemorySegment segment, long offset) {
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, offset, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
