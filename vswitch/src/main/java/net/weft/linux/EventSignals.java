package net.weft.linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Signals an eventfd of another process without ever blocking. {@code write(2)} blocks while the counter is full unless
 * the open file is non-blocking, and the other process can clear that flag at any time. So an asynchronous write of one
 * byte to {@code /dev/null} is submitted whose completion signals the eventfd ({@code IOCB_FLAG_RESFD}): it completes
 * before {@code io_submit} returns, and the kernel's own {@code eventfd_signal} does not block.
 * <p>
 * There is a fixed number of contexts, each used by one thread at a time; a thread whose usual context is busy uses the
 * next one. The completions are discarded by moving the head of the context's ring, which the kernel maps for that
 * purpose (Linux, {@code fs/aio.c}, {@code struct aio_ring}).
 */
final class EventSignals {
    /** Number of contexts, a power of two. */
    private static final int CONTEXTS = 8;
    private static final int REQUESTS = 32;
    /** Array distance between claims, so that each has its own cache line. */
    private static final int CLAIM_STRIDE = 16;

    /** Offsets in {@code struct aio_ring}. */
    private static final int RING_HEAD = 8;
    private static final int RING_TAIL = 12;
    private static final int RING_MAGIC = 16;
    private static final int MAGIC = 0xa10a10a1;

    /** Size of and offsets in {@code struct iocb}. */
    private static final int IOCB_BYTES = 64;
    private static final int OPCODE = 16;
    private static final int FILE = 20;
    private static final int BUFFER = 24;
    private static final int BYTES = 32;
    private static final int FLAGS = 56;
    private static final int RESULT_FD = 60;
    private static final int CMD_PWRITE = 1;
    private static final int FLAG_RESFD = 1;

    private static final EventSignals SHARED = new EventSignals();

    private final AtomicIntegerArray claims = new AtomicIntegerArray(CONTEXTS * CLAIM_STRIDE);
    private final long[] contexts = new long[CONTEXTS];
    private final Fd nowhere = Fd.open("/dev/null", Fd.O_WRONLY);
    /** For each context: a request, its address, and the byte that is written. */
    private final long requests = Arena.global().allocate((long) CONTEXTS * 2 * IOCB_BYTES, IOCB_BYTES).address();

    private EventSignals() {
        try (Arena arena = Arena.ofConfined()) {
            for (int n = 0; n < CONTEXTS; n++) {
                long name = arena.allocate(Long.BYTES, Long.BYTES).address();
                LinuxException.check(AioCalls.setup(REQUESTS, name), "io_setup",
                        "to interrupt guests (is fs.aio-max-nr used up?)");
                contexts[n] = Memory.getLong(name);
                if (Memory.getInt(contexts[n] + RING_MAGIC) != MAGIC) {
                    throw new LinuxException(Errno.ENOSYS, "io_setup", "a ring of another kind");
                }
                request(n);
            }
        }
    }

    private void request(int n) {
        long at = request(n, 0);
        Memory.putShort(at + OPCODE, (short) CMD_PWRITE);
        Memory.putInt(at + FILE, nowhere.number());
        Memory.putLong(at + BUFFER, request(n, 1) + Long.BYTES);
        Memory.putLong(at + BYTES, 1);
        Memory.putInt(at + FLAGS, FLAG_RESFD);
        Memory.putLong(request(n, 1), at);
    }

    private long request(int n, int part) {
        return requests + (2L * n + part) * IOCB_BYTES;
    }

    /**
     * Returns the shared instance, which creates the contexts on first use. @throws LinuxException if the kernel
     * refuses
     */
    static EventSignals shared() {
        return SHARED;
    }

    /** Increments the counter of an eventfd by one; returns 0 or the negative errno. Any thread. */
    int raise(int eventFd) {
        int n = (int) Thread.currentThread().threadId() & CONTEXTS - 1;
        while (!claims.compareAndSet(n * CLAIM_STRIDE, 0, 1)) {
            n = n + 1 & CONTEXTS - 1;
            Thread.onSpinWait();
        }
        try {
            Memory.putInt(request(n, 0) + RESULT_FD, eventFd);
            int taken = AioCalls.submit(contexts[n], 1, request(n, 1));
            Memory.putInt(contexts[n] + RING_HEAD, Memory.getIntAcquire(contexts[n] + RING_TAIL));
            return Math.min(0, taken);
        } finally {
            claims.setRelease(n * CLAIM_STRIDE, 0);
        }
    }
}
