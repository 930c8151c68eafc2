package net.weft.linux;

/**
 * A counter one thread raises and another waits for, mostly to wake a sleeping worker. Never blocks, also where another process shares the open
 * file and has made it blocking.
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
     * Wraps an eventfd that another process passed. Its flags are shared, so nothing is believed of them.
     *
     * @throws LinuxException if the kernel gives no means to raise it without waiting
     */
    public EventFd(Fd fd) {
        EventSignals.shared();
        this.fd = fd;
        passed = true;
    }

    public Fd fd() {
        return fd;
    }

    /** Raises the counter by one; 0, or the negative errno. Any thread. */
    public int signal() {
        return passed
                ? EventSignals.shared().raise(fd.number())
                : (int) Math.min(0, FileCalls.writeLong(fd.number(), 1));
    }

    /**
     * Sets the counter back to zero; one made with {@code EFD_SEMAPHORE} goes down by one.
     *
     * @return what was taken off, {@code Long.MAX_VALUE} at most; 0 if nobody signalled
     */
    public long drain() {
        return Math.max(0, passed ? FileCalls.readLongNow(fd.number()) : FileCalls.readLong(fd.number()));
    }

    @Override
    public void close() {
        fd.close();
    }
}
