package net.weft.crypto;

/** {@link Aead} by OpenSSL: two contexts, one for each direction, that are given key and nonce anew for each packet. */
final class LibcryptoAead implements Aead {
    private static final int DECRYPT = 0;
    private static final int ENCRYPT = 1;

    private final Nonce nonce;
    private final long sealing;
    private final long opening;

    LibcryptoAead() {
        long cipher = LibcryptoCalls.cipher();
        if (cipher == 0) {
            throw new IllegalStateException("this libcrypto is built without ChaCha20-Poly1305");
        }
        nonce = new Nonce();
        sealing = LibcryptoCalls.newContext();
        opening = LibcryptoCalls.newContext();
        if (LibcryptoCalls.init(sealing, cipher, 0, 0, ENCRYPT) != 1
                || LibcryptoCalls.init(opening, cipher, 0, 0, DECRYPT) != 1) {
            close();
            throw new IllegalStateException("libcrypto does not initialize ChaCha20-Poly1305");
        }
    }

    @Override
    public AeadProvider provider() {
        return AeadProvider.LIBCRYPTO;
    }

    @Override
    public void seal(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long plain,
            int plainBytes, long sealed) {
        boolean done = LibcryptoCalls.init(sealing, 0, key, nonce.set(nonceConstant, nonceCounter), ENCRYPT) == 1
                && run(sealing, data, dataBytes, plain, plainBytes, sealed)
                && LibcryptoCalls.finish(sealing, sealed + plainBytes, nonce.spare()) == 1
                && LibcryptoCalls.control(sealing, LibcryptoCalls.GET_TAG, TAG_BYTES, sealed + plainBytes) == 1;
        if (!done) {
            throw new IllegalStateException("libcrypto refuses to encrypt " + plainBytes + " bytes");
        }
    }

    @Override
    public boolean open(long key, int nonceConstant, long nonceCounter, long data, int dataBytes, long sealed,
            int sealedBytes, long plain) {
        int plainBytes = sealedBytes - TAG_BYTES;
        return plainBytes >= 0
                && LibcryptoCalls.init(opening, 0, key, nonce.set(nonceConstant, nonceCounter), DECRYPT) == 1
                && LibcryptoCalls.control(opening, LibcryptoCalls.SET_TAG, TAG_BYTES, sealed + plainBytes) == 1
                && run(opening, data, dataBytes, sealed, plainBytes, plain)
                && LibcryptoCalls.finish(opening, plain + plainBytes, nonce.spare()) == 1;
    }

    private boolean run(long context, long data, int dataBytes, long in, int inBytes, long out) {
        return (dataBytes == 0 || LibcryptoCalls.update(context, 0, nonce.spare(), data, dataBytes) == 1)
                && (inBytes == 0 || LibcryptoCalls.update(context, out, nonce.spare(), in, inBytes) == 1);
    }

    @Override
    public void close() {
        LibcryptoCalls.free(sealing);
        LibcryptoCalls.free(opening);
        nonce.close();
    }
}
