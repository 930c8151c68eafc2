package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Waits for many descriptors at once. Interests may be changed from any thread; {@link #await} and the results behind it belong to one.
 * {@code struct epoll_event} is packed to 12 bytes on x86-64 and has 16 elsewhere.
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
     * @param maxEvents most that one {@link #await} reports
     * @throws LinuxException if no descriptor is left
     */
    public Epoll(int maxEvents) {
        this.maxEvents = maxEvents;
        this.events = Arena.ofAuto().allocate(maxEvents * EVENT_BYTES, 64);
        this.fd = new Fd(
                LinuxException.check(PollCalls.epollCreate(Fd.O_CLOEXEC), "epoll_create1", "to wait for devices"));
    }

    /**
     * @param data what {@link #data} will say of this descriptor
     * @throws LinuxException if it is closed, already there, or not a kind one can wait for
     */
    public void add(Fd watched, int interest, long data) {
        control(CTL_ADD, watched, interest, data);
    }

    public void modify(Fd watched, int interest, long data) {
        control(CTL_MOD, watched, interest, data);
    }

    /** Forgets a descriptor; must come before it is closed if a duplicate of it lives on. */
    public void remove(Fd watched) {
        control(CTL_DEL, watched, 0, 0);
    }

    private void control(int operation, Fd watched, int interest, long data) {
        int result = PollCalls.epollControl(fd.number(), operation, watched.number(), interest, data);
        LinuxException.check(result, "epoll_ctl", watched.toString());
    }

    /** Waits at most {@code timeoutMs} (0: not at all, negative: forever); the number of ready descriptors, or the negative errno. */
    public int await(int timeoutMs) {
        int ready = PollCalls.epollWait(fd.number(), events.address(), maxEvents, timeoutMs);
        Reference.reachabilityFence(events);
        return ready;
    }

    /** Its own descriptor, readable while any watched one is ready: epolls nest. */
    public Fd fd() {
        return fd;
    }

    /** Ready events of result {@code index}, below what {@link #await} answered. */
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
