package net.weft.crypto;

/**
 * ChaCha20-Poly1305 of RFC 8439 §2.8 over native memory. Keys, texts and associated data are plain addresses; the caller owns all of
 * them and keeps them alive during a call. An instance belongs to one thread, because it holds that thread's scratch memory.
 *
 * <p>The 12-byte nonce is a constant of 32 bits, first byte lowest, followed by a counter of 64 bits, first byte lowest, as RFC 8439 §2.8
 * builds it. The caller never uses one nonce twice with one key.
 *
 * <p>Text may be sealed and opened in place (the same address in and out); otherwise the two areas must not overlap. The JDK's provider
 * allocates on each call; the other two allocate nothing.
 */
public interface Aead extends AutoCloseable {
    int KEY_BYTES = 32;
    int TAG_BYTES = 16;

    AeadProvider provider();

    /** Encrypts {@code plainBytes} and appends the tag: {@code sealed} has room for {@code plainBytes + TAG_BYTES}. */
    void seal(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long plain, int plainBytes,
            long sealed);

    /**
     * Verifies and decrypts. After a refusal the contents of {@code plain} are undefined and must not be used.
     *
     * @param sealedBytes with the tag; fewer than {@link #TAG_BYTES} are refused
     * @return false if key, nonce, associated data or text are not those that were sealed
     */
    boolean open(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long sealed,
            int sealedBytes, long plain);

    /** Zeroes the scratch memory and frees it. The instance must not be used again. */
    @Override
    void close();
}
