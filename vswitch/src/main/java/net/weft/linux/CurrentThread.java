package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** Scheduling attributes of the calling platform thread. */
public final class CurrentThread {
    /** Bytes of {@code cpu_set_t}: 1024 processors. */
    private static final int CPU_SET_BYTES = 128;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private CurrentThread() {
    }

    /**
     * Gives way to other threads.
     *
     * @param value nice value, 0 (as others) to 19 (whatever is left)
     * @return false if the kernel refuses, as it does for a value less than the present one
     */
    public static boolean nice(int value) {
        return ThreadCalls.nice(value) == 0;
    }

    /**
     * Returns the processors on which the thread may run: those of the process, unless the thread's affinity was
     * narrowed.
     */
    public static BitSet cpus() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(CPU_SET_BYTES, 8);
            LinuxException.check(ThreadCalls.getAffinity(mask.address(), CPU_SET_BYTES), "sched_getaffinity",
                    "this thread");
            return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /**
     * Binds the calling thread to one processor; threads that it starts inherit the affinity.
     *
     * @throws LinuxException as for {@link #cpus(BitSet)}
     */
    public static void cpu(int number) {
        BitSet one = new BitSet();
        one.set(number);
        cpus(one);
    }

    /**
     * Binds the calling thread to these processors.
     *
     * @throws LinuxException {@link Errno#EINVAL} if none of them is available
     */
    public static void cpus(BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(CPU_SET_BYTES, 8);
            byte[] bits = cpus.toByteArray();
            MemorySegment.copy(bits, 0, mask, ValueLayout.JAVA_BYTE, 0, Math.min(bits.length, CPU_SET_BYTES));
            LinuxException.check(ThreadCalls.setAffinity(mask.address(), CPU_SET_BYTES), "sched_setaffinity",
                    "processors " + cpus);
        }
    }

    /** Sets how late the thread's timers may fire, in ns, at least 1; the default is 50 µs. */
    public static void timerSlack(long slackNs) {
        LinuxException.check(ThreadCalls.prctl(PR_SET_TIMERSLACK, slackNs), "prctl",
                "PR_SET_TIMERSLACK " + slackNs + " ns");
    }

    /** Returns the processor time that the thread has used, ns. */
    public static long cpuTimeNs() {
        return ThreadCalls.clock(CLOCK_THREAD_CPUTIME_ID);
    }
}
