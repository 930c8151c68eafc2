package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls that wait for readiness. All return the negative errno on failure. */
final class PollCalls {
    private static final MethodHandle EVENTFD = Native.handle("eventfd",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CREATE1 = Native.handle("epoll_create1",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL = Native.handle("epoll_ctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle EPOLL_WAIT = Native.handle("epoll_wait",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL = Native.handle("poll",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private PollCalls() {
    }

    static int eventfd(int initial, int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) EVENTFD.invokeExact(state, initial, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int epollCreate(int flags) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) EPOLL_CREATE1.invokeExact(state, flags), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Calls epoll_ctl; the event record is in the calling thread's scratch space. */
    static int epollControl(int epoll, int operation, int fd, int events, long data) {
        MemorySegment state = Native.state();
        long event = Native.scratch(state);
        Memory.putInt(event, events);
        Memory.putLong(event + Epoll.DATA_OFFSET, data);
        try {
            return Native.result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static int epollWait(int epoll, long events, int maxEvents, int timeoutMs) {
        MemorySegment state = Native.state();
        try {
            return Native.result((int) EPOLL_WAIT.invokeExact(state, epoll, events, maxEvents, timeoutMs), state);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Waits for one descriptor; returns its ready events, or 0 after the timeout. */
    static int poll(int fd, int events, int timeoutMs) {
        MemorySegment state = Native.state();
        long entry = Native.scratch(state);
        Memory.putInt(entry, fd);
        Memory.putInt(entry + 4, events & 0xffff);
        try {
            int ready = Native.result((int) POLL.invokeExact(state, entry, 1L, timeoutMs), state);
            return ready <= 0 ? ready : Memory.getShort(entry + 6) & 0xffff;
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }
}
