package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Ignores the signals that would end the process though nobody has a reason to send them ({@code signal(2)}). The JVM
 * and the C library use none of them. SIGUSR2, with which HotSpot suspends threads, stays as it is: HotSpot ignores one
 * that it has not asked for.
 */
public final class IgnoredSignals {
    /** SIGUSR1, SIGALRM, SIGSTKFLT, SIGVTALRM, SIGPROF, SIGIO, SIGPWR (signal(7), x86 and ARM). */
    private static final int[] NAMED = {10, 14, 16, 26, 27, 29, 30};
    /** The real-time signals that the C library leaves to applications. */
    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST_REAL_TIME = 64;
    private static final long SIG_IGN = 1;
    private static final MethodHandle SIGNAL = Native.handle("signal",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));

    private IgnoredSignals() {
    }

    public static void install() {
        MemorySegment state = Native.state();
        for (int signal : NAMED) {
            ignore(state, signal);
        }
        for (int signal = FIRST_REAL_TIME; signal <= LAST_REAL_TIME; signal++) {
            ignore(state, signal);
        }
    }

    private static void ignore(MemorySegment state, int signal) {
        try {
            long before = (long) SIGNAL.invokeExact(state, signal, SIG_IGN);
            assert before != -1 : "signal " + signal;
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
