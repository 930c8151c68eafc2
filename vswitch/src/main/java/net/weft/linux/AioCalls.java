package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls of the kernel's asynchronous I/O, for which the C library has no functions. All return the negative
 * errno on failure.
 */
final class AioCalls {
    private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");
    private static final long IO_SETUP = X86 ? 206 : 0;
    private static final long IO_DESTROY = X86 ? 207 : 1;
    private static final long IO_SUBMIT = X86 ? 209 : 2;

    private static final MethodHandle SYSCALL = Native.variadic("syscall", 1,
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private AioCalls() {
    }

    /**
     * Creates a context for {@code requests} requests and writes its ID to the address {@code context} (8 bytes, which
     * must be zero before).
     */
    static int setup(int requests, long context) {
        return (int) call(IO_SETUP, requests, context, 0);
    }

    static int destroy(long context) {
        return (int) call(IO_DESTROY, context, 0, 0);
    }

    /**
     * Submits {@code count} requests, whose addresses are in an array at {@code requests}. Returns the number accepted.
     */
    static int submit(long context, int count, long requests) {
        return (int) call(IO_SUBMIT, context, count, requests);
    }

    private static long call(long number, long first, long second, long third) {
        MemorySegment state = Native.state();
        try {
            return Native.result((long) SYSCALL.invokeExact(state, number, first, second, third), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
