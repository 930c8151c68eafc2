package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Waits for events on many descriptors. Interests may be changed from any thread; {@link #await} and its results belong
 * to one thread. {@code struct epoll_event} is packed to 12 bytes on x86-64 and has 16 elsewhere.
 */
public final class Epoll implements AutoCloseable {
    public static final int IN = 0x1;
    public static final int OUT = 0x4;
    public static final int ERR = 0x8;
    public static final int HUP = 0x10;
    public static final int RDHUP = 0x2000;
    public static final int EDGE = 1 << 31;

    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    static final long EVENT_BYTES = PACKED ? 12 : 16;
    static final long DATA_OFFSET = PACKED ? 4 : 8;

    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int CTL_MOD = 3;

    private final Fd fd;
    private final MemorySegment events;
    private final int maxEvents;

    /**
     * @param maxEvents largest number of events that one {@link #await} reports
     * @throws LinuxException if no descriptor is left
     */
    public Epoll(int maxEvents) {
        this.maxEvents = maxEvents;
        this.events = Arena.ofAuto().allocate(maxEvents * EVENT_BYTES, 64);
        this.fd = new Fd(
                LinuxException.check(PollCalls.epollCreate(Fd.O_CLOEXEC), "epoll_create1", "to wait for devices"));
    }

    /**
     * @param data value that {@link #data} returns for this descriptor
     * @throws LinuxException if the descriptor is closed, already added, or does not support epoll
     */
    public void add(Fd watched, int interest, long data) {
        control(CTL_ADD, watched, interest, data);
    }

    public void modify(Fd watched, int interest, long data) {
        control(CTL_MOD, watched, interest, data);
    }

    /** Removes a descriptor. Must be called before the descriptor is closed if a duplicate of it stays open. */
    public void remove(Fd watched) {
        control(CTL_DEL, watched, 0, 0);
    }

    private void control(int operation, Fd watched, int interest, long data) {
        int result = PollCalls.epollControl(fd.number(), operation, watched.number(), interest, data);
        LinuxException.check(result, "epoll_ctl", watched.toString());
    }

    /**
     * Waits for at most {@code timeoutMs} (0: not at all, negative: forever) and returns the number of ready
     * descriptors, or the negative errno.
     */
    public int await(int timeoutMs) {
        int ready = PollCalls.epollWait(fd.number(), events.address(), maxEvents, timeoutMs);
        Reference.reachabilityFence(events);
        return ready;
    }

    /**
     * The descriptor of this epoll, which is readable while any watched descriptor is ready, so that epolls can be
     * nested.
     */
    public Fd fd() {
        return fd;
    }

    /** Ready events of result {@code index}, which must be less than the result of {@link #await}. */
    public int events(int index) {
        return Memory.getInt(events.address() + index * EVENT_BYTES);
    }

    public long data(int index) {
        return Memory.getLong(events.address() + index * EVENT_BYTES + DATA_OFFSET);
    }

    @Override
    public void close() {
        fd.close();
    }
}
