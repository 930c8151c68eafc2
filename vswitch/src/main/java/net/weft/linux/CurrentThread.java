package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** What the kernel knows about the calling platform thread. */
public final class CurrentThread {
    /** {@code cpu_set_t}: 1024 processors. */
    private static final int CPU_SET_BYTES = 128;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private CurrentThread() {
    }

    /** The processors it may run on, which is also what this process may use unless it narrowed it. */
    public static BitSet cpus() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(CPU_SET_BYTES, 8);
            LinuxException.check(ThreadCalls.getAffinity(mask.address(), CPU_SET_BYTES), "sched_getaffinity",
                    "this thread");
            return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /**
     * Binds the calling thread to one processor; threads it starts inherit that.
     *
     * @throws LinuxException as {@link #cpus}
     */
    public static void cpu(int number) {
        BitSet one = new BitSet();
        one.set(number);
        cpus(one);
    }

    /**
     * Runs it on these processors only.
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

    /** How late its timers may fire, 50 µs unless set; at least 1. */
    public static void timerSlack(long slackNs) {
        LinuxException.check(ThreadCalls.prctl(PR_SET_TIMERSLACK, slackNs), "prctl",
                "PR_SET_TIMERSLACK " + slackNs + " ns");
    }

    /** Processor time it has used. */
    public static long cpuTimeNs() {
        return ThreadCalls.clock(CLOCK_THREAD_CPUTIME_ID);
    }
}
