package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.ChangeSummary;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.revision.Progress;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.model.revision.ZoneNumbers;
import net.weft.testing.Spin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RevisionFollowerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final MemoryLog log = new MemoryLog();
    private final List<Long> attempts = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger faults = new AtomicInteger();
    private final RevisionFollower follower = new RevisionFollower(log, revision -> {
        attempts.add(revision.number());
        if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("injected");
        }
    });

    @AfterEach
    void stop() {
        follower.close();
    }

    @Test
    void shouldCarryOutTheNewestRevisionOnce() {
        log.append(revision(1), 0);
        log.append(revision(2), 1);
        follower.start();
        assertThat(follower.await(2, false, LONG)).isEmpty();
        assertThat(follower.progress()).isEqualTo(new Progress(2, ""));
        assertThat(attempts).containsExactly(2L);
    }

    /** A revision that failed once was never carried out again: it ran when the next one did, or never. */
    @Test
    void shouldConvergeByItselfAfterAFault() {
        faults.set(3);
        log.append(revision(1), 0);
        follower.start();
        assertThat(follower.await(1, false, LONG)).contains("revision 1 cannot be carried out: injected");
        Spin.until("the revision runs", () -> follower.progress().isCurrent());
        assertThat(attempts).containsExactly(1L, 1L, 1L, 1L);
        assertThat(follower.progress().revision()).isEqualTo(1);
    }

    @Test
    void shouldTryAtOnceWhenAskedAgain() {
        faults.set(Integer.MAX_VALUE);
        log.append(revision(1), 0);
        follower.start();
        for (int i = 0; i < 20; i++) {
            assertThat(follower.await(1, true, LONG)).contains("revision 1 cannot be carried out: injected");
        }
        assertThat(attempts.size()).as("doubling from 0.1 s, twenty attempts would take a day")
                .isGreaterThanOrEqualTo(20);
        faults.set(0);
        assertThat(follower.await(1, true, LONG)).isEmpty();
    }

    @Test
    void shouldRunTheOldRevisionAndSayWhyNotTheNewest() {
        log.append(revision(1), 0);
        follower.start();
        assertThat(follower.await(1, false, LONG)).isEmpty();
        faults.set(Integer.MAX_VALUE);
        log.append(revision(2), 1);
        assertThat(follower.await(2, false, LONG)).isPresent();
        assertThat(follower.progress()).isEqualTo(new Progress(1, "revision 2 cannot be carried out: injected"));
        assertThat(follower.await(1, false, LONG)).as("the old one runs").isEmpty();
        faults.set(0);
        log.append(revision(3), 2);
        assertThat(follower.await(3, false, LONG)).as("a newer one takes its place").isEmpty();
        assertThat(attempts.getLast()).isEqualTo(3);
    }

    private static Revision revision(long number) {
        return new Revision(
                new RevisionHeader(number, new Author(Instant.EPOCH, "test", ""), ChangeSummary.NONE, Optional.empty()),
                FabricConfig.empty(), Map.of(), PortNumbers.NONE,
                new ZoneNumbers(Map.of(), Map.of()), Optional.empty(), List.of(), java.util.Set.of());
    }

    /** A log in memory for one follower. */
    private static final class MemoryLog implements RevisionLog {
        private static final Optional<Revision> WAKE = Optional.empty();
        private final BlockingQueue<Optional<Revision>> appended = new LinkedBlockingQueue<>();

        @Override
        public Optional<Revision> last() {
            return Optional.empty();
        }

        @Override
        public void append(Revision revision, long expectedLast) {
            appended.add(Optional.of(revision));
        }

        @Override
        public void amend(Revision revision) {
            appended.add(Optional.of(revision));
        }

        @Override
        public Follower follow(long from) {
            return new Follower() {
                @Override
                public Optional<Revision> await(long timeoutNs) throws InterruptedException {
                    Optional<Revision> newest = Optional.empty();
                    Optional<Revision> next = appended.poll(timeoutNs, TimeUnit.NANOSECONDS);
                    while (next != null) {
                        newest = next.isPresent() ? next : newest;
                        next = appended.poll();
                    }
                    return newest;
                }

                @Override
                public void wake() {
                    appended.add(WAKE);
                }
            };
        }
    }
}
