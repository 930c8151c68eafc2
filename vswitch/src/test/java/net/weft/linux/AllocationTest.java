package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Once compiled, the calls of the packet path leave nothing for the garbage collector. Needs the JVM option that {@link Native} names. */
class AllocationTest {
    private static final int CALLS = 5_000;
    private static final int MAX_ROUNDS = 400;

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
            settles("waiting", 1 + 1 + 1,
                    () -> event.signal() + 1 + epoll.await(0) + event.drain() + right.fd().poll(Fd.POLLIN, 0));
            settles("many datagrams", 4 + 4 - Errno.EAGAIN,
                    () -> out.send(left, 0, 4, 0) + in.receive(right, 0, 4, 0) + in.receive(right, 0, 4, 0));
            settles("one datagram", 10 + 10, () -> left.send(memory, 10, 0) + right.receive(memory, 100, 0));
            settles("bytes", 10 + 10, () -> left.fd().write(memory, 10) + right.fd().read(memory, 100));
            settles("gathered bytes", 100 + 100,
                    () -> left.fd().writev(iovecs.address(), 1) + right.fd().readv(iovecs.address(), 1));
            settles("copies", 300, () -> {
                Memory.copy(memory, memory + 4096, 300);
                Memory.copy(memory, memory + 4096, 100);
                return 300;
            });
        }
    }

    /** Repeats until a round leaves no garbage; fails if none does. */
    private void settles(String name, long expected, LongSupplier calls) {
        long allocated = Long.MAX_VALUE;
        for (int round = 0; allocated >= CALLS && round < MAX_ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                if (calls.getAsLong() != expected) {
                    throw new AssertionError(name + ": a call answered something else");
                }
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).as("bytes allocated by %d times %s", CALLS, name).isLessThan(CALLS);
    }
}
