package net.weft.controller.server.raft;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The difference between two byte arrays: parts to copy from the first one, and bytes to insert. Matching blocks are found by a rolling
 * hash (Karp and Rabin), so that the time is about linear, wherever bytes were inserted or removed.
 *
 * <p>Encoded, it is a sequence of (length to insert, bytes, position to copy from, length to copy), numbers as groups of seven bits,
 * the lowest first.
 */
final class ByteDelta {
    /** Length of the blocks of the first array that are looked for, in bytes. */
    private static final int BLOCK = 32;
    private static final int FACTOR = 0x01000193;
    private static final int SPREAD = 0x9E3779B1;
    /** The factor of a byte that leaves the window: {@link #FACTOR} to the power of {@link #BLOCK}. */
    private static final int LEAVING = power();

    private final byte[] base;
    private final byte[] target;
    private final int[] table;
    private final int shift;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ByteDelta(byte[] base, byte[] target) {
        this.base = base;
        this.target = target;
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(16, 2 * (base.length / BLOCK)));
        table = new int[1 << bits];
        shift = 32 - bits;
    }

    private static int power() {
        int power = 1;
        for (int i = 0; i < BLOCK; i++) {
            power *= FACTOR;
        }
        return power;
    }

    /** Returns the difference from the first array to the second. */
    static byte[] encode(byte[] base, byte[] target) {
        return new ByteDelta(base, target).encoded();
    }

    private byte[] encoded() {
        for (int position = base.length - base.length % BLOCK - BLOCK; position >= 0; position -= BLOCK) {
            table[slot(hash(base, position))] = position + 1;
        }
        int written = 0;
        int position = 0;
        int hash = target.length >= BLOCK ? hash(target, 0) : 0;
        while (position + BLOCK <= target.length) {
            int candidate = table[slot(hash)] - 1;
            int matching = candidate < 0 ? 0 : matching(candidate, position);
            if (matching >= BLOCK) {
                int before = matchingBefore(candidate, position, written);
                emit(written, position - before, candidate - before, before + matching);
                position += matching;
                written = position;
                hash = position + BLOCK <= target.length ? hash(target, position) : 0;
            } else {
                if (position + BLOCK < target.length) {
                    hash = hash * FACTOR + target[position + BLOCK] - target[position] * LEAVING;
                }
                position++;
            }
        }
        emit(written, target.length, 0, 0);
        return out.toByteArray();
    }

    private static int hash(byte[] bytes, int from) {
        int hash = 0;
        for (int i = from; i < from + BLOCK; i++) {
            hash = hash * FACTOR + bytes[i];
        }
        return hash;
    }

    private int slot(int hash) {
        return hash * SPREAD >>> shift;
    }

    private int matching(int from, int position) {
        int different = Arrays.mismatch(base, from, base.length, target, position, target.length);
        return different < 0 ? target.length - position : different;
    }

    private int matchingBefore(int from, int position, int written) {
        int length = 0;
        while (from - length > 0 && position - length > written
                && base[from - length - 1] == target[position - length - 1]) {
            length++;
        }
        return length;
    }

    private void emit(int insertFrom, int insertTo, int copyFrom, int copyLength) {
        if (insertFrom == insertTo && copyLength == 0) {
            return;
        }
        number(insertTo - insertFrom);
        out.write(target, insertFrom, insertTo - insertFrom);
        number(copyFrom);
        number(copyLength);
    }

    private void number(int value) {
        int left = value;
        while (left >= 0x80) {
            out.write(left | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    /**
     * Returns the second array.
     *
     * @param length its length
     * @throws IllegalArgumentException if the difference is not one to this base and of this length
     */
    static byte[] apply(byte[] base, ByteBuffer delta, int length) {
        ByteBuffer target = ByteBuffer.allocate(length);
        try {
            while (delta.hasRemaining()) {
                int inserted = number(delta);
                target.put(delta.slice(delta.position(), inserted));
                delta.position(delta.position() + inserted);
                int from = number(delta);
                target.put(base, from, number(delta));
            }
        } catch (BufferUnderflowException | java.nio.BufferOverflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the difference does not fit: " + e, e);
        }
        if (target.hasRemaining()) {
            throw new IllegalArgumentException(
                    "the difference makes " + target.position() + " bytes, expected " + length);
        }
        return target.array();
    }

    private static int number(ByteBuffer delta) {
        int value = 0;
        for (int bits = 0; bits < Integer.SIZE; bits += 7) {
            byte next = delta.get();
            value |= (next & 0x7F) << bits;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than five bytes");
    }
}
