package net.weft.linux;

/** A counter one thread raises and another waits for, mostly to wake a sleeping worker. Never blocks. */
public final class EventFd implements AutoCloseable {
    private static final int EFD_FLAGS = Fd.O_CLOEXEC | Fd.O_NONBLOCK;

    private final Fd fd;

    /** @throws LinuxException if no descriptor is left */
    public EventFd() {
        this(new Fd(LinuxException.check(PollCalls.eventfd(0, EFD_FLAGS), "eventfd", "to wake a thread")));
    }

    /** Wraps an eventfd that another process passed. */
    public EventFd(Fd fd) {
        this.fd = fd;
    }

    public Fd fd() {
        return fd;
    }

    /** Raises the counter by one; 0, or the negative errno. Any thread. */
    public int signal() {
        return (int) Math.min(0, FileCalls.writeLong(fd.number(), 1));
    }

    /** Sets the counter back to zero and answers what it was; 0 if nobody signalled. */
    public long drain() {
        return Math.max(0, FileCalls.readLong(fd.number()));
    }

    @Override
    public void close() {
        fd.close();
    }
}
