package net.weft.crypto;

/** {@link Aead} by libsodium's IETF construction. */
final class LibsodiumAead implements Aead {
    private final Nonce nonce;

    LibsodiumAead() {
        if (LibsodiumCalls.init() < 0) {
            throw new IllegalStateException("libsodium does not initialize");
        }
        nonce = new Nonce();
    }

    @Override
    public AeadProvider provider() {
        return AeadProvider.LIBSODIUM;
    }

    @Override
    public void seal(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long plain,
            int plainBytes, long sealed) {
        int unused = LibsodiumCalls.encrypt(sealed, plain, plainBytes, data, dataBytes,
                nonce.set(nonceConstant, nonceCounter), key);
    }

    @Override
    public boolean open(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long sealed,
            int sealedBytes, long plain) {
        return sealedBytes >= TAG_BYTES && LibsodiumCalls.decrypt(plain, sealed, sealedBytes, data, dataBytes,
                nonce.set(nonceConstant, nonceCounter), key) == 0;
    }

    @Override
    public void close() {
        nonce.close();
    }
}
