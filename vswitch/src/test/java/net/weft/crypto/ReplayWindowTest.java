package net.weft.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** The window by the table of Linux (drivers/net/wireguard/selftest/counter.c), by a naive set, and between threads. */
class ReplayWindowTest {
    private static final long SEED = Seed.of(ReplayWindowTest.class);
    private static final long LIMIT = ReplayWindow.WINDOW + 1;
    private static final long REJECT = ReplayWindow.REJECT_AFTER_MESSAGES;

    /** Counter and whether it is accepted. */
    private static final Object[][] KERNEL_TABLE = {{0L, true}, {1L, true}, {1L, false}, {9L, true}, {8L, true},
            {7L, true}, {7L, false}, {LIMIT, true}, {LIMIT - 1, true}, {LIMIT - 1, false}, {LIMIT - 2, true},
            {2L, true}, {2L, false}, {LIMIT + 16, true}, {3L, false}, {LIMIT + 16, false}, {LIMIT * 4, true},
            {LIMIT * 4 - (LIMIT - 1), true}, {10L, false}, {LIMIT * 4 - LIMIT, false}, {LIMIT * 4 - (LIMIT + 1), false},
            {LIMIT * 4 - (LIMIT - 2), true}, {LIMIT * 4 + 1 - LIMIT, false}, {0L, false}, {REJECT, false},
            {REJECT - 1, true}, {REJECT, false}, {REJECT - 1, false}, {REJECT - 2, true}, {REJECT + 1, false},
            {REJECT + 2, false}, {REJECT - 2, false}, {REJECT - 3, true}, {0L, false}};

    @Test
    void shouldAnswerAsTheKernelsTableSays() {
        ReplayWindow window = new ReplayWindow();
        for (int i = 0; i < KERNEL_TABLE.length; i++) {
            assertThat(window.accept((long) KERNEL_TABLE[i][0])).as("row %d", i + 1).isEqualTo(KERNEL_TABLE[i][1]);
        }
    }

    @Test
    void shouldAnswerAsTheKernelsRunsSay() {
        up(1, ReplayWindow.WINDOW, new long[]{0}, new long[]{0});
        up(2, ReplayWindow.WINDOW + 1, new long[]{1}, new long[]{0});
        down(ReplayWindow.WINDOW, 0, new long[]{}, new long[]{});
        down(ReplayWindow.WINDOW + 1, 1, new long[]{}, new long[]{0});
        down(ReplayWindow.WINDOW, 1, new long[]{ReplayWindow.WINDOW + 1}, new long[]{0});
        down(ReplayWindow.WINDOW, 1, new long[]{0, ReplayWindow.WINDOW + 1}, new long[]{});
    }

    private static void up(long from, long to, long[] accepted, long[] refused) {
        ReplayWindow window = new ReplayWindow();
        for (long i = from; i <= to; i++) {
            assertThat(window.accept(i)).as("up %d", i).isTrue();
        }
        rest(window, accepted, refused);
    }

    private static void down(long from, long to, long[] accepted, long[] refused) {
        ReplayWindow window = new ReplayWindow();
        for (long i = from; i >= to; i--) {
            assertThat(window.accept(i)).as("down %d", i).isTrue();
        }
        rest(window, accepted, refused);
    }

    private static void rest(ReplayWindow window, long[] accepted, long[] refused) {
        for (long counter : accepted) {
            assertThat(window.accept(counter)).as("then %d", counter).isTrue();
        }
        for (long counter : refused) {
            assertThat(window.accept(counter)).as("then %d", counter).isFalse();
        }
    }

    @Test
    void shouldAnswerAsANaiveSetDoes() {
        Random random = new Random(SEED);
        for (int run = 0; run < 20; run++) {
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long greatest = 0;
            for (int i = 0; i < 5_000; i++) {
                long counter = Math.max(0, greatest + switch (random.nextInt(20)) {
                    case 0 -> random.nextInt(20_000);
                    case 1 -> -random.nextInt(20_000);
                    case 2 -> -ReplayWindow.WINDOW + random.nextInt(3) - 1;
                    default -> random.nextInt(300) - 200;
                });
                boolean expected = counter + ReplayWindow.WINDOW >= greatest && seen.add(counter);
                assertThat(window.accept(counter)).as("run %d, %d after %d", run, counter, greatest)
                        .isEqualTo(expected);
                greatest = Math.max(greatest, counter);
            }
        }
    }

    /** Two threads offer the same counters, each in an order of its own within the window: each is accepted once in all. */
    @Test
    void shouldAcceptEachCounterOnceBetweenThreads() throws Exception {
        int counters = 200_000;
        ReplayWindow window = new ReplayWindow();
        CyclicBarrier barrier = new CyclicBarrier(2);
        byte[][] accepted = new byte[2][counters];
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> futures = new ArrayList<>();
            for (byte[] mine : accepted) {
                futures.add(threads.submit(() -> {
                    for (int block = 0; block < counters; block += 1000) {
                        barrier.await();
                        for (int i = 0; i < 1000; i++) {
                            int counter = block + (mine == accepted[0] ? i : 999 - i);
                            mine[counter] = (byte) (window.accept(counter) ? 1 : 0);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        }
        int once = 0;
        for (int i = 0; i < counters; i++) {
            once += accepted[0][i] + accepted[1][i] == 1 ? 1 : 0;
        }
        assertThat(once).as("counters accepted exactly once").isEqualTo(counters);
    }
}
