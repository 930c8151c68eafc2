package net.weft.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 with nonces of 24 bytes, which may be drawn at random (draft-irtf-cfrg-xchacha-03). HChaCha20 derives a key of its
 * own from the first 16 bytes of the nonce; the other eight are the nonce of an ordinary {@link Aead}. For short messages on the heap.
 */
public final class XChaCha20Poly1305 {
    public static final int NONCE_BYTES = 24;
    private static final int HEAD_BYTES = 16;
    private static final int DOUBLE_ROUNDS = 10;

    private XChaCha20Poly1305() {
    }

    /** The text with its tag behind it. */
    public static byte[] seal(Aead aead, byte[] key, byte[] nonce, byte[] data, byte[] plain) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment subkey = subkey(arena, key, nonce);
            MemorySegment sealed = arena.allocate(plain.length + Aead.TAG_BYTES);
            aead.seal(subkey.address(), 0, tail(nonce), arena.allocateFrom(ValueLayout.JAVA_BYTE, data).address(),
                    data.length, arena.allocateFrom(ValueLayout.JAVA_BYTE, plain).address(), plain.length,
                    sealed.address());
            subkey.fill((byte) 0);
            return sealed.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The text, or null if it was not sealed with this key, nonce and data. */
    public static byte @Nullable [] open(Aead aead, byte[] key, byte[] nonce, byte[] data, byte[] sealed) {
        if (sealed.length < Aead.TAG_BYTES) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment subkey = subkey(arena, key, nonce);
            MemorySegment plain = arena.allocate(sealed.length - Aead.TAG_BYTES);
            boolean right = aead.open(subkey.address(), 0, tail(nonce),
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, data).address(), data.length,
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, sealed).address(), sealed.length, plain.address());
            subkey.fill((byte) 0);
            return right ? plain.toArray(ValueLayout.JAVA_BYTE) : null;
        }
    }

    private static MemorySegment subkey(Arena arena, byte[] key, byte[] nonce) {
        byte[] subkey = hChaCha20(key, nonce);
        MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, subkey);
        Arrays.fill(subkey, (byte) 0);
        return copy;
    }

    private static long tail(byte[] nonce) {
        return ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).getLong(HEAD_BYTES);
    }

    /** The 32 bytes that HChaCha20 (§2.2 of the draft) makes of a key and the first 16 bytes of {@code nonce}. */
    static byte[] hChaCha20(byte[] key, byte[] nonce) {
        ByteBuffer keyWords = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer nonceWords = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN);
        int[] state = new int[16];
        state[0] = 0x61707865;
        state[1] = 0x3320646e;
        state[2] = 0x79622d32;
        state[3] = 0x6b206574;
        for (int i = 0; i < 8; i++) {
            state[4 + i] = keyWords.getInt(i * Integer.BYTES);
        }
        for (int i = 0; i < 4; i++) {
            state[12 + i] = nonceWords.getInt(i * Integer.BYTES);
        }
        for (int round = 0; round < DOUBLE_ROUNDS; round++) {
            for (int column = 0; column < 4; column++) {
                quarterRound(state, column, 4 + column, 8 + column, 12 + column);
            }
            for (int diagonal = 0; diagonal < 4; diagonal++) {
                quarterRound(state, diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(Aead.KEY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            out.putInt(i * Integer.BYTES, state[i]);
            out.putInt(HEAD_BYTES + i * Integer.BYTES, state[12 + i]);
        }
        Arrays.fill(state, 0);
        return out.array();
    }

    private static void quarterRound(int[] state, int a, int b, int c, int d) {
        state[a] += state[b];
        state[d] = Integer.rotateLeft(state[d] ^ state[a], 16);
        state[c] += state[d];
        state[b] = Integer.rotateLeft(state[b] ^ state[c], 12);
        state[a] += state[b];
        state[d] = Integer.rotateLeft(state[d] ^ state[a], 8);
        state[c] += state[d];
        state[b] = Integer.rotateLeft(state[b] ^ state[c], 7);
    }
}
