package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The calls of the packet path leave nothing for the garbage collector, compiled or not. */
class AllocationTest {
    private static final int CALLS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingPerCall() {
        Socket[] pair = Socket.pair(Socket.SOCK_DGRAM);
        try (Arena arena = Arena.ofConfined();
                Socket left = pair[0];
                Socket right = pair[1];
                EventFd event = new EventFd();
                Epoll epoll = new Epoll(4)) {
            long memory = arena.allocate(8192, 64).address();
            MessageVector out = new MessageVector(arena, 4, 1, 0);
            MessageVector in = new MessageVector(arena, 4, 1, 64);
            Iovecs iovecs = new Iovecs(arena, 1);
            iovecs.set(0, memory, 100);
            for (int i = 0; i < 4; i++) {
                out.segment(i, 0, memory + i * 1024L, 100);
                in.segment(i, 0, memory + 4096 + i * 1024L, 1024);
            }
            epoll.add(event.fd(), Epoll.IN, 1);
            Runnable calls = () -> {
                long sum = event.signal() + epoll.await(0) + event.drain() + right.fd().poll(Fd.POLLIN, 0);
                sum += out.send(left, 0, 4, 0) + in.receive(right, 0, 4, 0) + in.receive(right, 0, 4, 0);
                sum += left.send(memory, 10, 0) + right.receive(memory, 100, 0);
                sum += left.fd().write(memory, 10) + right.fd().read(memory, 100);
                sum += left.fd().writev(iovecs.address(), 1) + right.fd().readv(iovecs.address(), 1);
                Memory.copy(memory, memory + 4096, 300);
                assertSum(sum);
            };
            repeat(calls);
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(calls);
            // the just-in-time compiler's own bookkeeping may show up once; an object per call would be 16 bytes each
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(CALLS);
        }
    }

    private static void repeat(Runnable calls) {
        for (int i = 0; i < CALLS; i++) {
            calls.run();
        }
    }

    private static void assertSum(long sum) {
        if (sum != 1 + 1 + 4 + 4 - Errno.EAGAIN + 10 + 10 + 10 + 10 + 100 + 100) {
            throw new AssertionError("a call answered something else: " + sum);
        }
    }
}
