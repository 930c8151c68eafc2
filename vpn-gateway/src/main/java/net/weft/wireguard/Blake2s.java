package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** BLAKE2s (RFC 7693) with 1 to 32 bytes of output, keyed or not. One instance hashes one message and can be reset for the next. */
final class Blake2s {
    static final int HASH_BYTES = 32;
    static final int MAC_BYTES = 16;
    static final int BLOCK_BYTES = 64;

    private static final int ROUNDS = 10;
    private static final int FANOUT_AND_DEPTH_ONE = 0x0101_0000;
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int[] INITIAL = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
            0x1f83d9ab, 0x5be0cd19};

    /** The message schedule of §2.7: the word that each step of a round takes. */
    private static final byte[][] SIGMA = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
            {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
            {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
            {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
            {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
            {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
            {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
            {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
            {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
            {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

    private final int outputBytes;
    private final int[] state = new int[8];
    private final int[] work = new int[16];
    private final int[] words = new int[16];
    private final byte[] block = new byte[BLOCK_BYTES];
    private int filled;
    private long hashed;

    /** @param key empty, or up to 32 bytes for a keyed hash */
    Blake2s(int outputBytes, byte[] key) {
        if (outputBytes < 1 || outputBytes > HASH_BYTES || key.length > HASH_BYTES) {
            throw new IllegalArgumentException("BLAKE2s with " + outputBytes + " bytes of output and a key of "
                    + key.length + " bytes: expected 1 to 32 and at most 32");
        }
        this.outputBytes = outputBytes;
        reset(key);
    }

    static byte[] hash(byte[]... parts) {
        Blake2s hash = new Blake2s(HASH_BYTES, new byte[0]);
        for (byte[] part : parts) {
            hash.update(part, 0, part.length);
        }
        return hash.finish();
    }

    /** The keyed hash with 16 bytes of output that WireGuard calls MAC. */
    static byte[] mac(byte[] key, byte[] message, int offset, int bytes) {
        Blake2s mac = new Blake2s(MAC_BYTES, key);
        mac.update(message, offset, bytes);
        return mac.finish();
    }

    private void reset(byte[] key) {
        System.arraycopy(INITIAL, 0, state, 0, state.length);
        state[0] ^= FANOUT_AND_DEPTH_ONE ^ key.length << 8 ^ outputBytes;
        Arrays.fill(block, (byte) 0);
        System.arraycopy(key, 0, block, 0, key.length);
        filled = key.length == 0 ? 0 : BLOCK_BYTES;
        hashed = 0;
    }

    void update(byte[] message, int offset, int bytes) {
        int from = offset;
        int end = offset + bytes;
        while (from < end) {
            if (filled == BLOCK_BYTES) {
                hashed += BLOCK_BYTES;
                compress(false);
                filled = 0;
            }
            int part = Math.min(end - from, BLOCK_BYTES - filled);
            System.arraycopy(message, from, block, filled, part);
            filled += part;
            from += part;
        }
    }

    /** Answers the hash and zeroes what the instance held of message and key. */
    byte[] finish() {
        hashed += filled;
        Arrays.fill(block, filled, BLOCK_BYTES, (byte) 0);
        compress(true);
        byte[] full = new byte[HASH_BYTES];
        for (int i = 0; i < state.length; i++) {
            INTS.set(full, i * Integer.BYTES, state[i]);
        }
        byte[] output = Arrays.copyOf(full, outputBytes);
        Arrays.fill(full, (byte) 0);
        Arrays.fill(state, 0);
        Arrays.fill(work, 0);
        Arrays.fill(words, 0);
        Arrays.fill(block, (byte) 0);
        return output;
    }

    private void compress(boolean last) {
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) INTS.get(block, i * Integer.BYTES);
        }
        System.arraycopy(state, 0, work, 0, 8);
        System.arraycopy(INITIAL, 0, work, 8, 8);
        work[12] ^= (int) hashed;
        work[13] ^= (int) (hashed >>> 32);
        if (last) {
            work[14] = ~work[14];
        }
        for (int round = 0; round < ROUNDS; round++) {
            byte[] order = SIGMA[round];
            for (int column = 0; column < 4; column++) {
                mix(column, 4 + column, 8 + column, 12 + column, words[order[2 * column]],
                        words[order[2 * column + 1]]);
            }
            for (int diagonal = 0; diagonal < 4; diagonal++) {
                mix(diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4,
                        words[order[8 + 2 * diagonal]], words[order[9 + 2 * diagonal]]);
            }
        }
        for (int i = 0; i < state.length; i++) {
            state[i] ^= work[i] ^ work[8 + i];
        }
    }

    private void mix(int a, int b, int c, int d, int x, int y) {
        work[a] += work[b] + x;
        work[d] = Integer.rotateRight(work[d] ^ work[a], 16);
        work[c] += work[d];
        work[b] = Integer.rotateRight(work[b] ^ work[c], 12);
        work[a] += work[b] + y;
        work[d] = Integer.rotateRight(work[d] ^ work[a], 8);
        work[c] += work[d];
        work[b] = Integer.rotateRight(work[b] ^ work[c], 7);
    }
}
