package net.weft.stacking.control;

import java.util.Arrays;

/** An X25519 public key (RFC 7748 §5). */
public final class PublicKey {
    public static final int BYTES = 32;
    private final byte[] bytes;

    /** @throws IllegalArgumentException unless there are {@value #BYTES} bytes */
    public PublicKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes are no X25519 public key: expected " + BYTES);
        }
        this.bytes = bytes.clone();
    }

    /** Returns a copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
