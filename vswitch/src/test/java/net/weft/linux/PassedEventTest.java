package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An eventfd whose flags and counter somebody else sets as he likes: nobody here waits for it. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PassedEventTest {
    private static final int EFD_SEMAPHORE = 1;
    private static final long FULL = -2;

    @Test
    void shouldNotWaitForAFullCounterThatBlocks() {
        try (EventFd mine = new EventFd(); EventFd passed = new EventFd(duplicate(mine.fd()))) {
            write(mine.fd(), FULL);
            mine.fd().nonBlocking(false);
            for (int n = 0; n < 1000; n++) {
                assertThat(passed.signal()).isZero();
            }
            assertThat(passed.drain()).isNotZero();
            assertThat(passed.drain()).as("empty, and blocking").isZero();
        }
    }

    @Test
    void shouldCountSignalsFromManyThreads() throws Exception {
        try (EventFd mine = new EventFd(); EventFd passed = new EventFd(duplicate(mine.fd()))) {
            Thread[] threads = new Thread[12];
            for (int n = 0; n < threads.length; n++) {
                threads[n] = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        passed.signal();
                    }
                });
            }
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(TimeUnit.SECONDS.toSeconds(10)))).isTrue();
            }
            assertThat(mine.drain()).isEqualTo(500L * threads.length);
        }
    }

    @Test
    void shouldTakeASemaphoreOneByOne() {
        try (Fd semaphore = new Fd(PollCalls.eventfd(3, EFD_SEMAPHORE)); EventFd passed = new EventFd(semaphore)) {
            assertThat(passed.drain()).isOne();
            assertThat(passed.drain()).isOne();
            assertThat(passed.drain()).isOne();
            assertThat(passed.drain()).as("a semaphore that blocks").isZero();
        }
    }

    @Test
    void shouldSayThatADescriptorIsNoEventfd() {
        try (Fd memory = Memfd.create("weft-test", 4096); EventFd passed = new EventFd(memory)) {
            assertThat(passed.signal()).isEqualTo(-Errno.EINVAL);
        }
    }

    private static Fd duplicate(Fd fd) {
        return new Fd(FileCalls.fcntl(fd.number(), 1030, 0));
    }

    private static void write(Fd fd, long value) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(8, 8).address();
            Memory.putLong(at, value);
            assertThat(fd.write(at, 8)).isEqualTo(8);
        }
    }
}
