package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * How this package calls the C library: every handle takes the calling thread's errno record first, pointers are plain {@code long}
 * addresses, and the wrapper around a handle answers the negative errno. The record is made once per thread.
 *
 * <p>The linker slices the record at each call, an object of 40 bytes that the optimizing compiler removes, except where it runs out of
 * its inlining budget half-way into a call. So the JVM is started with {@code -XX:CompileCommand=dontinline,*Calls::*}, which compiles
 * each wrapper by itself.
 */
final class Native {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    /** Behind the errno (one int) lies room for small arguments such as an eventfd's counter. */
    private static final long STATE_BYTES = 128;
    private static final long SCRATCH_OFFSET = 64;

    private static final ThreadLocal<MemorySegment> STATE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(STATE_BYTES, 64));

    private Native() {
    }

    static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO);
    }

    /** For C functions whose argument list ends in dots; {@code fixedArguments} is the number of those before the dots. */
    static MethodHandle variadic(String name, int fixedArguments, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    static MemorySegment state() {
        return STATE.get();
    }

    /** 64 bytes of the calling thread, valid for as long as its state segment is an argument of the call. */
    static long scratch(MemorySegment state) {
        return state.address() + SCRATCH_OFFSET;
    }

    static int result(int result, MemorySegment state) {
        return result >= 0 ? result : -state.get(JAVA_INT, 0);
    }

    static long result(long result, MemorySegment state) {
        return result >= 0 ? result : -state.get(JAVA_INT, 0);
    }

    /** A handle called with exact types throws nothing; if it does, the binding itself is wrong. */
    static AssertionError broken(Throwable cause) {
        return new AssertionError("a native binding is broken", cause);
    }
}
