package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on the calling thread. All return the negative errno on failure. */
final class ThreadCalls {
    private static final MethodHandle SCHED_SETAFFINITY = Native.handle("sched_setaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SCHED_GETAFFINITY = Native.handle("sched_getaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PRCTL = Native.variadic("prctl", 1,
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME = Native.handle("clock_gettime",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SETNS = Native.handle("setns",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle UNSHARE = Native.handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static final MethodHandle SETPRIORITY = Native.handle("setpriority",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final int PRIO_PROCESS = 0;

    private static final MethodHandle GETEUID = Native.handle("geteuid", FunctionDescriptor.of(JAVA_INT));

    private ThreadCalls() {
    }

    /** Returns the effective user ID, whose rights apply when the process opens files. */
    static int effectiveUser() {
        try {
            return (int) GETEUID.invokeExact(Native.state());
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int setAffinity(long mask, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SCHED_SETAFFINITY.invokeExact(state, 0, bytes, mask), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int getAffinity(long mask, long bytes) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SCHED_GETAFFINITY.invokeExact(state, 0, bytes, mask), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int prctl(int option, long argument) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) PRCTL.invokeExact(state, option, argument), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Returns the time of a clock in ns, or the negative errno. */
    static long clock(int clock) {
        MemorySegment state = Native.state();
        try {
            int result = Native.result((int) CLOCK_GETTIME.invokeExact(state, clock, Native.scratch(state)), state);
            long time = Native.scratch(state);
            return result < 0 ? result : Memory.getLong(time) * 1_000_000_000L + Memory.getLong(time + 8);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Sets the nice value of the calling thread, which Linux takes for a process of its own here. */
    static int nice(int value) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, 0, value), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int setns(int fd, int kind) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) SETNS.invokeExact(state, fd, kind), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int unshare(int kinds) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) UNSHARE.invokeExact(state, kinds), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
