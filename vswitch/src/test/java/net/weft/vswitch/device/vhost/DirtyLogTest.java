package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.TestDriver.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirtyLogTest {
    private static final long FEATURES = VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF;
    private static final int PAGES = TestGuest.MEMORY / DirtyLog.PAGE;
    private static final long FIRST_PAGE = TestGuest.BASE / DirtyLog.PAGE;
    private static final int LOG_BYTES = (int) ((FIRST_PAGE + PAGES) / 8);

    private static ByteBuffer words(long... words) {
        ByteBuffer payload = ByteBuffer.allocate(8 * words.length).order(java.nio.ByteOrder.nativeOrder());
        for (long word : words) {
            payload.putLong(word);
        }
        return payload.flip();
    }

    private static boolean isMarked(Mapping log, int page) {
        long at = FIRST_PAGE + page;
        return (Memory.getByte(log.address() + at / 8) >> at % 8 & 1) != 0;
    }

    private static GuestView view(TestGuest guest) {
        return new GuestView(new long[]{TestGuest.BASE, TestGuest.BASE + TestGuest.REGION},
                new long[]{TestGuest.REGION, TestGuest.REGION},
                new long[]{guest.here(0), guest.here(TestGuest.REGION)});
    }

    private static long at(int offset) {
        return TestGuest.BASE + offset;
    }

    /** The oracle compares the guest's memory before and after, page by page. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMarkEveryPageThatWasWrittenAndNoOther(boolean packed) throws Exception {
        long seed = Seed.of(DirtyLogTest.class);
        Random random = new Random(seed);
        try (TestGuest guest = new TestGuest(packed);
                Burst burst = new Burst();
                Scratch scratch = new Scratch();
                Notifier written = new Notifier();
                EventFd event = new EventFd();
                Fd file = Memfd.create("weft-log-test", LOG_BYTES);
                Mapping seen = Mapping.shared(file, 0, LOG_BYTES);
                DirtyLog log = DirtyLog.map(words(LOG_BYTES, 0), List.of(file), MemoryRules.DEFAULT)) {
            written.replace(event.fd());
            event.drain();
            VhostUserDevice device = guest.device(FEATURES);
            TestDriver driver = packed ? new PackedDriver(guest, 0) : new SplitDriver(guest, 0);
            int ringBytes = (int) (packed
                    ? RingSetup.descriptorBytes(TestGuest.SIZE)
                    : RingSetup.usedBytes(TestGuest.SIZE));
            int ringAt = packed ? TestGuest.DESCRIPTORS[0] : TestGuest.USED[0];
            device.log(0, new RingLog(log, view(guest), written, new long[]{at(ringAt)}, new long[]{ringBytes}));
            for (int round = 0; round < 40; round++) {
                int buffers = 1 + random.nextInt(8);
                for (int n = 0; n < buffers; n++) {
                    int bytes = 64 + random.nextInt(9000);
                    int offset = TestGuest.BUFFERS + random.nextInt(TestGuest.MEMORY - TestGuest.BUFFERS - bytes);
                    driver.offer(new Buffer(at(offset), bytes, WRITE));
                }
                Memory.fill(seen.address(), LOG_BYTES, (byte) 0);
                byte[] before = guest.read(0, TestGuest.MEMORY);
                burst.clear();
                TransmitList list = new TransmitList();
                for (int n = 0; n < 1 + random.nextInt(4); n++) {
                    int bytes = 60 + random.nextInt(8000);
                    fillArea(burst, n, bytes, (byte) (1 + random.nextInt(100)));
                    burst.add(burst.area(n), bytes, 3, 0, 0);
                    list.add(n, 0, 0);
                }
                int sent = device.transmit(burst, list, 0, scratch);
                byte[] after = guest.read(0, TestGuest.MEMORY);
                assertThat(changed(before, after)).as("seed %d, round %d", seed, round)
                        .isSubsetOf(marked(seen)).hasSizeGreaterThanOrEqualTo(sent > 0 ? 2 : 0);
                assertThat(marked(seen)).as("seed %d, round %d: nothing but frames and ring", seed, round)
                        .hasSizeLessThanOrEqualTo(changed(before, after).size() + 2 * list.count + 2);
                assertThat(event.drain() > 0).isEqualTo(sent > 0);
                driver.returned();
            }
            device.log(0, null);
            Memory.fill(seen.address(), LOG_BYTES, (byte) 0);
            device.close();
            assertThat(marked(seen)).isEmpty();
        }
    }

    private static void fillArea(Burst burst, int n, int bytes, byte value) {
        Memory.fill(burst.area(n), bytes, value);
    }

    private static List<Integer> marked(Mapping log) {
        List<Integer> pages = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            if (isMarked(log, page)) {
                pages.add(page);
            }
        }
        return pages;
    }

    private static List<Integer> changed(byte[] before, byte[] after) {
        List<Integer> pages = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            int from = page * DirtyLog.PAGE;
            if (Arrays.mismatch(before, from, from + DirtyLog.PAGE, after, from, from + DirtyLog.PAGE) >= 0) {
                pages.add(page);
            }
        }
        return pages;
    }

    @Test
    void shouldKeepBitsThatOthersSetAtTheSameTime() throws Exception {
        try (Fd file = Memfd.create("weft-log-test", 4096);
                Mapping seen = Mapping.shared(file, 0, 4096);
                DirtyLog log = DirtyLog.map(words(4096, 0), List.of(file), MemoryRules.DEFAULT)) {
            List<Thread> threads = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                int first = n;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (long page = first; page < 4096 * 8; page += 4) {
                        log.mark(page * DirtyLog.PAGE, 1);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int n = 0; n < 4096; n++) {
                assertThat(Memory.getByte(seen.address() + n)).isEqualTo((byte) -1);
            }
        }
    }

    @Test
    void shouldRefuseALogThatDoesNotFit() {
        try (Fd file = Memfd.create("weft-log-test", 8192)) {
            List<Fd> files = List.of(file);
            for (long[] impossible : new long[][]{{0, 0}, {-1, 0}, {8193, 0}, {4096, 8192}, {1, -4096}, {64, 100},
                    {Long.MAX_VALUE, 4096}}) {
                assertThatThrownBy(() -> DirtyLog.map(words(impossible), files, MemoryRules.DEFAULT))
                        .isInstanceOf(VhostViolationException.class).hasMessageContaining("to lie in the file");
            }
            assertThatThrownBy(() -> DirtyLog.map(words(64, 0), List.of(), MemoryRules.DEFAULT))
                    .isInstanceOf(VhostViolationException.class).hasMessageContaining("expected one, of shared memory");
        }
    }
}
