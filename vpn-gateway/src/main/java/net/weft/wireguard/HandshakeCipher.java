package net.weft.wireguard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.weft.crypto.Aead;
import org.jspecify.annotations.Nullable;

/** Seals and opens the short fields of handshake messages on the heap, always with nonce zero: each key there is used once. */
final class HandshakeCipher {
    private static final int FIELD_MAX_BYTES = 64;

    private final Aead aead;
    private final MemorySegment key;
    private final MemorySegment data;
    private final MemorySegment in;
    private final MemorySegment out;

    HandshakeCipher(Aead aead) {
        this.aead = aead;
        Arena arena = Arena.ofAuto();
        key = arena.allocate(Aead.KEY_BYTES);
        data = arena.allocate(Blake2s.HASH_BYTES);
        in = arena.allocate(FIELD_MAX_BYTES);
        out = arena.allocate(FIELD_MAX_BYTES);
    }

    Aead aead() {
        return aead;
    }

    byte[] seal(byte[] keyBytes, byte[] hash, byte[] plain) {
        load(keyBytes, hash, plain);
        aead.seal(key.address(), 0, 0, data.address(), hash.length, in.address(), plain.length, out.address());
        return result(plain.length + Aead.TAG_BYTES);
    }

    byte @Nullable [] open(byte[] keyBytes, byte[] hash, byte[] sealed) {
        load(keyBytes, hash, sealed);
        boolean right = aead.open(key.address(), 0, 0, data.address(), hash.length, in.address(), sealed.length,
                out.address());
        byte[] plain = result(sealed.length - Aead.TAG_BYTES);
        return right ? plain : null;
    }

    private void load(byte[] keyBytes, byte[] hash, byte[] text) {
        MemorySegment.copy(keyBytes, 0, key, ValueLayout.JAVA_BYTE, 0, Aead.KEY_BYTES);
        MemorySegment.copy(hash, 0, data, ValueLayout.JAVA_BYTE, 0, hash.length);
        MemorySegment.copy(text, 0, in, ValueLayout.JAVA_BYTE, 0, text.length);
    }

    private byte[] result(int bytes) {
        byte[] copy = out.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
        key.fill((byte) 0);
        in.fill((byte) 0);
        out.fill((byte) 0);
        return copy;
    }
}
