package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Creates the handles by which this package calls the C library. The first argument of every handle is the calling
 * thread's errno record, pointers are plain {@code long} addresses, and the wrapper of each handle returns the negative
 * errno. The record is created once per thread.
 *
 * <p>The linker slices the record at each call, which allocates an object of 40 bytes. The optimizing compiler removes
 * it, unless its inlining budget ends in the middle of a call. So the JVM is started with {@code
 * -XX:CompileCommand=dontinline,*Calls::*}, which compiles each wrapper by itself.
 */
final class Native {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    /**
     * Bytes of the record: the errno (one int), then scratch space for small arguments such as an eventfd's counter.
     */
    private static final long STATE_BYTES = 128;
    private static final long SCRATCH_OFFSET = 64;

    private static final ThreadLocal<MemorySegment> STATE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(STATE_BYTES, 64));

    private Native() {
    }

    static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO);
    }

    /** Creates a handle for a variadic C function; {@code fixedArguments} is the number of fixed arguments. */
    static MethodHandle variadic(String name, int fixedArguments, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    static MemorySegment state() {
        return STATE.get();
    }

    /**
     * Returns the address of 64 bytes of scratch space of the calling thread, valid as long as its state segment is an
     * argument of the call.
     */
    static long scratch(MemorySegment state) {
        return state.address() + SCRATCH_OFFSET;
    }

    static int result(int result, MemorySegment state) {
        return result >= 0 ? result : -state.get(JAVA_INT, 0);
    }

    static long result(long result, MemorySegment state) {
        return result >= 0 ? result : -state.get(JAVA_INT, 0);
    }

    /**
     * Wraps an exception of a handle. A handle called with exact types never throws, so the binding itself is wrong.
     */
    static AssertionError broken(Throwable cause) {
        return new AssertionError("a native binding is broken", cause);
    }
}
