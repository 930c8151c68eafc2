package net.weft.linux;

/**
 * An eventfd: a counter that one thread increments and another waits for, mostly to wake a sleeping worker. No call
 * blocks, even if another process shares the open file and has made it blocking.
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_FLAGS = Fd.O_CLOEXEC | Fd.O_NONBLOCK;

    private final Fd fd;
    private final boolean passed;

    /** @throws LinuxException if no descriptor is left */
    public EventFd() {
        fd = new Fd(LinuxException.check(PollCalls.eventfd(0, EFD_FLAGS), "eventfd", "to wake a thread"));
        passed = false;
    }

    /**
     * Wraps an eventfd received from another process. Its flags are shared, so they are not trusted.
     *
     * @throws LinuxException if the kernel offers no way to signal it without blocking
     */
    public EventFd(Fd fd) {
        EventSignals.shared();
        this.fd = fd;
        passed = true;
    }

    public Fd fd() {
        return fd;
    }

    /** Increments the counter by one; returns 0 or the negative errno. Any thread. */
    public int signal() {
        return passed
                ? EventSignals.shared().raise(fd.number())
                : (int) Math.min(0, FileCalls.writeLong(fd.number(), 1));
    }

    /**
     * Resets the counter to zero; a counter created with {@code EFD_SEMAPHORE} is decremented by one.
     *
     * @return the value subtracted, {@code Long.MAX_VALUE} at most; 0 if nobody signalled
     */
    public long drain() {
        return Math.max(0, passed ? FileCalls.readLongNow(fd.number()) : FileCalls.readLong(fd.number()));
    }

    @Override
    public void close() {
        fd.close();
    }
}
