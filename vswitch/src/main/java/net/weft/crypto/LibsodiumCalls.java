package net.weft.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** The functions of libsodium that seal and open, which keep no state: all of it lies in the arguments. */
final class LibsodiumCalls {
    private static final SharedLibrary LIBRARY = SharedLibrary.open("libsodium.so.26", "libsodium.so.23");

    private static final MethodHandle INIT = LIBRARY.handle("sodium_init", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle ENCRYPT = LIBRARY.handle("crypto_aead_chacha20poly1305_ietf_encrypt",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG));
    private static final MethodHandle DECRYPT = LIBRARY.handle("crypto_aead_chacha20poly1305_ietf_decrypt",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG));

    private LibsodiumCalls() {
    }

    /** Chooses the code for this processor; 0 or 1 if it is ready. */
    static int init() {
        try {
            return (int) INIT.invokeExact();
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    static int encrypt(long sealed, long plain, long plainBytes, long data, long dataBytes, long nonce, long key) {
        try {
            return (int) ENCRYPT.invokeExact(sealed, 0L, plain, plainBytes, data, dataBytes, 0L, nonce, key);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    /** 0 if the tag was right. */
    static int decrypt(long plain, long sealed, long sealedBytes, long data, long dataBytes, long nonce, long key) {
        try {
            return (int) DECRYPT.invokeExact(plain, 0L, 0L, sealed, sealedBytes, data, dataBytes, nonce, key);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }
}
