package net.weft.controller.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.server.Revisions;
import net.weft.controller.server.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that cannot be opened, or answers late. */
class LogSupervisionTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Longer than a test may last: what waits so long fails. */
    private static final Duration TOO_LONG = Duration.ofMinutes(5);

    @TempDir
    Path temporary = Path.of("");
    private Path directory = Path.of("");
    private final List<RaftRevisionStore> opened = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectory(temporary.resolve("data"));
    }

    @AfterEach
    void close() {
        released.countDown();
        opened.forEach(RaftRevisionStore::close);
    }

    private RaftRevisionStore open(String boot, RaftRevisionStore.Opener opener, Duration limit) {
        RaftRevisionStore store = RaftRevisionStore.open(directory, new Random(1), boot, opener, limit);
        opened.add(store);
        return store;
    }

    private static OpenLog usual(LogDirectory logs, RevisionMachine.Sink sink, Runnable onShutdown)
            throws IOException {
        return logs.open(sink, onShutdown, LIMIT);
    }

    /** Opens the log only when the test releases it. */
    private OpenLog stuck(LogDirectory logs, RevisionMachine.Sink sink, Runnable onShutdown) throws IOException {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
        return usual(logs, sink, onShutdown);
    }

    private static Revision append(RaftRevisionStore store, int vid) {
        Revision next = Revisions.next(store.last(), vid);
        store.append(next, next.number() - 1);
        return next;
    }

    private Revision twoRevisions(String boot) {
        RaftRevisionStore store = open(boot, LogSupervisionTest::usual, LIMIT);
        append(store, 10);
        Revision second = append(store, 20);
        store.close();
        return second;
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAnswerAtOnceWhileTheLogIsStuckInTheSameBoot() {
        Revision second = twoRevisions("boot-1");
        RaftRevisionStore store = open("boot-1", this::stuck, TOO_LONG);
        store.onProblems(problems -> {
            throw new AssertionError(String.join("; ", problems));
        });
        store.awaitNewest();
        assertThat(store.last()).contains(second);
        assertThat(store.failure()).isEmpty();
        assertThat(store.recovery()).isEmpty();
        assertThat(store.headers(0, 10)).hasSize(2);
        released.countDown();
        append(store, 30);
    }

    @Test
    void shouldWaitForTheLogAfterABootOfTheHost() throws IOException {
        Revision second = twoRevisions("boot-1");
        Files.delete(directory.resolve("revisions/0000000002.json"));
        assertThat(open("boot-2", LogSupervisionTest::usual, LIMIT).last()).as("its file was not forced to disk")
                .contains(second);
    }

    @Test
    void shouldGoOnWithWhatTheFilesHaveIfTheLogStaysStuckAfterABoot() {
        Revision second = twoRevisions("boot-1");
        RaftRevisionStore store = open("boot-2", this::stuck, Duration.ofMillis(50));
        assertThat(store.last()).contains(second);
        assertThatThrownBy(() -> append(store, 30)).isInstanceOf(StoreException.class)
                .hasMessage("the store is not open: it is slow");
    }

    @Test
    void shouldWaitForTheLogInTheSameBootWhenAFileCouldNotBeWritten() throws IOException {
        RaftRevisionStore store = open("boot-1", LogSupervisionTest::usual, LIMIT);
        append(store, 10);
        Path inTheWay = directory.resolve("revisions/0000000002.json.new");
        Files.createDirectories(inTheWay.resolve("in-the-way"));
        Revision second = append(store, 20);
        Path copy = killed();
        assertThat(copy.resolve("revisions/0000000002.json")).as("the control").doesNotExist();
        Files.delete(inTheWay.resolve("in-the-way"));
        RaftRevisionStore again = RaftRevisionStore.open(copy, new Random(1), "boot-1", LogSupervisionTest::usual,
                LIMIT);
        opened.add(again);
        assertThat(again.last()).contains(second);
    }

    /** Copies the data directory as it is, as if the process were killed now, without what is in the way of a file. */
    private Path killed() throws IOException {
        Path copy = directory.resolveSibling(directory.getFileName() + "-killed");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> !path.toString().contains(".new")).toList()) {
                Path target = copy.resolve(directory.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    @Test
    @Timeout(60)
    void shouldTellOfARevisionThatLandedAfterItsWriteWasGivenUp() throws InterruptedException {
        LateLog late = new LateLog();
        RaftRevisionStore store = open("boot-1", late::open, LIMIT);
        Semaphore found = new Semaphore(0);
        append(store, 10);
        late.isLate = true;
        store.onFound(found::release);
        assertThatThrownBy(() -> append(store, 20)).isInstanceOf(StoreException.class).hasMessage(
                "revision 2 could not be stored: the disk has not answered in time; whether it was will be seen when"
                        + " the store is open again");
        assertThat(store.last()).map(Revision::number).contains(1L);
        while (store.last().orElseThrow().number() < 2) {
            assertThat(found.tryAcquire(30, TimeUnit.SECONDS)).as("the store tells of what it found").isTrue();
        }
        assertThat(late.opened.get()).as("the log was opened at first, in vain, and with the revision").isEqualTo(3);
        assertThat(append(store, 30).number()).isEqualTo(3);
    }

    @Test
    @Timeout(60)
    void shouldNotTakeALateRevisionForTheOneThatIsBeingCommitted() {
        LateLog late = new LateLog();
        RaftRevisionStore store = open("boot-1", late::open, LIMIT);
        append(store, 10);
        late.isLate = true;
        Revision second = Revisions.next(store.last(), 20);
        assertThatThrownBy(() -> store.append(second, 1)).isInstanceOf(StoreException.class);
        Revision another = Revisions.next(store.last(), 99);
        assertThatThrownBy(() -> store.append(another, 1)).isInstanceOf(RuntimeException.class);
        assertThat(store.last()).contains(second);
    }

    /** A log whose write is given up, whose next opening fails, and which has the entry when it is opened after that. */
    private static final class LateLog {
        private final AtomicInteger opened = new AtomicInteger();
        private volatile boolean isLate;
        private byte @Nullable [] held;

        OpenLog open(LogDirectory logs, RevisionMachine.Sink sink, Runnable onShutdown) throws IOException {
            int time = opened.incrementAndGet();
            if (time == 2) {
                throw new IOException("the disk does not answer");
            }
            OpenLog log = usual(logs, sink, onShutdown);
            byte[] entry = held;
            if (time == 3 && entry != null) {
                log.commit(entry, LIMIT);
            }
            return time == 1 ? new GivenUp(log) : log;
        }

        private final class GivenUp implements OpenLog {
            private final OpenLog log;

            GivenUp(OpenLog log) {
                this.log = log;
            }

            @Override
            public RevisionMachine.Reply commit(byte[] entry, Duration limit) throws IOException {
                if (isLate) {
                    held = entry.clone();
                    throw new IOException("the disk has not answered in time");
                }
                return log.commit(entry, limit);
            }

            @Override
            public boolean isAlive() {
                return log.isAlive();
            }

            @Override
            public void close() {
                log.close();
            }
        }
    }
}
