package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.StaleRevisionException;
import net.weft.controller.server.EarlierRevisions;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.RevisionStore;
import net.weft.controller.server.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Stores revisions in a Raft log, and beside it in files, one for each. The newest revision is read from its file at once, so that a
 * switch need not wait for the log, which is opened by a thread of its own. A commit waits for that. The same thread opens the log again
 * after it has failed, until it succeeds; commits are refused meanwhile, with the reason.
 *
 * <p>The log is what counts: a revision is committed when it is in the log, forced to disk. Its file is written then, and forced to disk
 * before the log forgets the revision. Where files were there before the log, the log begins with the newest of them.
 */
public final class RaftRevisionStore implements RevisionStore {
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(20);

    private final Path data;
    private final FileRevisionStore files;
    private final LogDirectory logs;
    private final SupervisedLog log;
    private final BootMark mark;
    private final boolean filesAreCurrent;
    private final RandomGenerator random;
    private final ProblemReport problems = new ProblemReport();
    private volatile @Nullable Committing committing;
    private volatile Runnable found = () -> {
    };

    /** The revision that is being committed. */
    private record Committing(Revision revision, byte[] bytes) {
    }

    /** Opens the log of a directory; tests put a log between that is slow or fails. */
    @FunctionalInterface
    interface Opener {
        OpenLog open(LogDirectory logs, RevisionMachine.Sink sink, Runnable onShutdown) throws IOException;
    }

    private RaftRevisionStore(Path data, FileRevisionStore files, RandomGenerator random, String boot, Opener opener,
            Duration openLimit) {
        this.data = data;
        this.files = files;
        this.random = random;
        logs = new LogDirectory(data, files);
        mark = new BootMark(data.resolve("revisions").resolve("boot"), boot);
        filesAreCurrent = mark.isOfThisBoot() && files.recovery().isEmpty() && files.problems().isEmpty();
        log = new SupervisedLog(onShutdown -> opened(opener.open(logs, sink(), onShutdown)), () -> found.run(),
                openLimit);
    }

    /**
     * Opens the store: reads the newest revision, and begins to open the log. Where a file cannot be read, or the host was booted since
     * they were written, this waits for the log, which may have a newer revision.
     *
     * @param data the data directory, which the caller has locked
     * @param boot ID of this boot of the host
     */
    public static RaftRevisionStore open(Path data, RandomGenerator random, String boot) {
        return open(data, random, boot, (logs, sink, onShutdown) -> logs.open(sink, onShutdown, OPEN_LIMIT),
                OPEN_LIMIT);
    }

    /** Opens the store with another log, and another limit of the time to wait until it is open. */
    static RaftRevisionStore open(Path data, RandomGenerator random, String boot, Opener opener, Duration openLimit) {
        RaftRevisionStore store = new RaftRevisionStore(data, FileRevisionStore.open(data), random, boot, opener,
                openLimit);
        store.log.start();
        if (!store.filesAreCurrent) {
            store.log.awaitOpen();
        }
        return store;
    }

    /**
     * Registers who hears of what was found damaged and made up for, one sentence each, now and later.
     */
    public void onProblems(Consumer<List<String>> listener) {
        problems.tell(listener);
        problems.report(files.problems(), logs.problems());
    }

    @Override
    public void onFound(Runnable listener) {
        found = listener;
    }

    /** Returns why there is no revision though there should be one; empty: the store could be read. */
    public Optional<String> recovery() {
        return files.recovery();
    }

    /** Returns why nothing can be committed now; empty: something can, or the log is being opened. */
    public Optional<String> failure() {
        return log.failure();
    }

    private RevisionMachine.Sink sink() {
        return new RevisionMachine.Sink() {
            @Override
            public void committed(long number, byte[] bytes) {
                record(number, bytes);
            }

            @Override
            public void force() throws IOException {
                files.force();
                mark.set();
            }
        };
    }

    /** Brings the files and a log that was opened to the same newest revision. */
    private OpenLog opened(OpenLog opened) throws IOException {
        try {
            settle(opened);
            mark.set();
            problems.report(files.problems(), logs.problems());
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Makes the newest revision of the log the newest of the files, or the other way where the files have a newer one. */
    private void settle(OpenLog opened) throws IOException {
        long inFiles = files.last().map(Revision::number).orElse(0L);
        if (logs.newest() < inFiles) {
            byte[] bytes = files.bytes(inFiles).orElseThrow(() -> new IOException("revision " + inFiles + " is gone"));
            commit(opened, LogRecord.encode(random.nextLong(), LogRecord.Terms.IMPORT, logs.newest(), inFiles,
                    new byte[0], bytes));
        } else if (logs.newest() > 0 && logs.newestChecksum() != files.newestChecksum()) {
            try {
                files.publish(RevisionCodec.read(logs.newestBytes()), logs.newestBytes());
            } catch (RevisionCodec.DamagedException e) {
                throw new IOException("revision " + logs.newest() + " in the log does not read: " + e.getMessage(), e);
            }
        }
    }

    /** Writes the file of a revision that is in the log. On the thread that applies the log. */
    private void record(long number, byte[] bytes) {
        logs.applied(number, bytes);
        files.record(number, bytes);
        if (files.isBehind()) {
            mark.clear();
        }
        Committing expected = committing;
        if (expected != null && Arrays.equals(expected.bytes(), bytes)) {
            files.publish(expected.revision(), bytes);
        }
    }

    @Override
    public void awaitNewest() {
        if (!filesAreCurrent) {
            log.awaitOpen();
        }
    }

    @Override
    public void append(Revision revision, long expectedLast) {
        commit(revision, LogRecord.Terms.APPEND, expectedLast);
    }

    @Override
    public void amend(Revision revision) {
        commit(revision, LogRecord.Terms.AMEND, revision.number());
    }

    @Override
    public void begin(Revision newest, EarlierRevisions before) {
        alone(() -> files.load(before, () -> commitAlone(newest, LogRecord.Terms.IMPORT, 0)));
    }

    private void commit(Revision revision, LogRecord.Terms terms, long expectedLast) {
        alone(() -> commitAlone(revision, terms, expectedLast));
    }

    private void alone(Runnable change) {
        try {
            log.alone(change);
        } catch (StoreException e) {
            Thread.ofVirtual().start(() -> found.run()); // it may be the newest revision all the same
            throw e;
        }
    }

    private void commitAlone(Revision revision, LogRecord.Terms terms, long expectedLast) {
        long newest = files.last().map(Revision::number).orElse(0L);
        if (newest != expectedLast) {
            throw new StaleRevisionException(expectedLast, newest);
        }
        byte[] bytes = RevisionCodec.write(revision);
        OpenLog open = log.open();
        if (terms == LogRecord.Terms.APPEND) {
            files.given().check(revision.number(), expectedLast);
        }
        files.beginAnew();
        FreeSpace.check(data, bytes.length);
        committing = new Committing(revision, bytes);
        try {
            commit(open, revision, bytes, LogRecord.encode(random.nextLong(), terms, expectedLast, revision.number(),
                    logs.newestBytes(), bytes));
        } finally {
            committing = null;
        }
    }

    private void commit(OpenLog open, Revision revision, byte[] bytes, List<byte[]> entries) {
        RevisionMachine.Reply reply;
        try {
            reply = commit(open, entries);
        } catch (IOException e) {
            boolean isOpen = log.reopen();
            if (files.newestChecksum() == FileRevisionStore.checksum(bytes)) {
                forceFiles(); // the log is read from memory, and may not be on the disk
                return;
            }
            throw new StoreException("revision " + revision.number() + " could not be stored: " + e.getMessage()
                    + (isOpen ? "" : "; whether it was will be seen when the store is open again"), e);
        }
        boolean isThere = reply.number() == revision.number() && reply.checksum() == NewestBytes.checksum(bytes);
        if (isThere) {
            return; // also when an entry that was sent twice is refused the second time
        }
        if (reply.result() == NewestBytes.Result.UNFIT) {
            throw new StoreException("revision " + revision.number() + " does not fit the log", null);
        } else if (reply.result() != NewestBytes.Result.COMMITTED) {
            throw new StaleRevisionException(revision.number() - 1, reply.number());
        }
    }

    private void forceFiles() {
        try {
            files.force();
        } catch (IOException e) {
            throw new StoreException("the newest revision cannot be written to the disk: " + e.getMessage(), e);
        }
    }

    private static RevisionMachine.Reply commit(OpenLog open, List<byte[]> entries) throws IOException {
        for (byte[] piece : entries.subList(0, entries.size() - 1)) {
            open.commit(piece, COMMIT_LIMIT);
        }
        return open.commit(entries.getLast(), COMMIT_LIMIT);
    }

    @Override
    public long highest() {
        return files.highest();
    }

    @Override
    public void lost(long number) {
        files.lost(number);
    }

    @Override
    public Optional<Revision> last() {
        return files.last();
    }

    @Override
    public Optional<Revision> get(long number) {
        return files.get(number);
    }

    @Override
    public Optional<byte[]> bytes(long number) {
        return files.bytes(number);
    }

    @Override
    public List<RevisionHeader> headers(long before, int limit) {
        return files.headers(before, limit);
    }

    @Override
    public boolean isKept(long number) {
        return files.isKept(number);
    }

    @Override
    public List<Long> numbers() {
        return files.numbers();
    }

    @Override
    public Follower follow(long from) {
        return files.follow(from);
    }

    @Override
    public void close() {
        log.close();
        files.close();
    }
}
