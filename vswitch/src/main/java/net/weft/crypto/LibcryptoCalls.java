package net.weft.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** OpenSSL's EVP functions for one cipher context. Each answers 1 on success. */
final class LibcryptoCalls {
    static final int GET_TAG = 0x10;
    static final int SET_TAG = 0x11;

    private static final SharedLibrary LIBRARY = SharedLibrary.open("libcrypto.so.3");

    private static final MethodHandle CIPHER = LIBRARY.handle("EVP_chacha20_poly1305",
            FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle NEW = LIBRARY.handle("EVP_CIPHER_CTX_new", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle FREE = LIBRARY.handle("EVP_CIPHER_CTX_free",
            FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle INIT = LIBRARY.shortHandle("EVP_CipherInit_ex",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle UPDATE = LIBRARY.shortHandle("EVP_CipherUpdate",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FINAL = LIBRARY.shortHandle("EVP_CipherFinal_ex",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CONTROL = LIBRARY.shortHandle("EVP_CIPHER_CTX_ctrl",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));

    private LibcryptoCalls() {
    }

    /** Address of the cipher's description, or 0 if this build lacks it. */
    static long cipher() {
        try {
            return (long) CIPHER.invokeExact();
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    static long newContext() {
        try {
            return (long) NEW.invokeExact();
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    /** Zeroes the context's keys, too. */
    static void free(long context) {
        try {
            FREE.invokeExact(context);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    /** @param cipher 0 to keep the one the context has */
    static int init(long context, long cipher, long key, long nonce, int encrypt) {
        try {
            return (int) INIT.invokeExact(context, cipher, 0L, key, nonce, encrypt);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    /** @param out 0 for associated data */
    static int update(long context, long out, long outBytes, long in, int inBytes) {
        try {
            return (int) UPDATE.invokeExact(context, out, outBytes, in, inBytes);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    static int finish(long context, long out, long outBytes) {
        try {
            return (int) FINAL.invokeExact(context, out, outBytes);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }

    static int control(long context, int command, int argument, long pointer) {
        try {
            return (int) CONTROL.invokeExact(context, command, argument, pointer);
        } catch (Throwable t) {
            throw SharedLibrary.broken(t);
        }
    }
}
