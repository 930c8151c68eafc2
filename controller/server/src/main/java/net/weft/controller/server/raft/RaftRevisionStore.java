package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.StaleRevisionException;
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
    private static final System.Logger LOG = System.getLogger(RaftRevisionStore.class.getName());
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Path data;
    private final FileRevisionStore files;
    private final LogDirectory logs;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread supervisor = new Thread(this::supervise, "weft-store");
    private final RandomGenerator random;
    private @Nullable RaftGroup group;
    private String failure = "";
    private boolean closed;
    private volatile @Nullable Revision committing;
    private final ProblemReport problems = new ProblemReport();

    private RaftRevisionStore(Path data, FileRevisionStore files, RandomGenerator random) {
        this.data = data;
        this.files = files;
        this.random = random;
        logs = new LogDirectory(data, files);
        supervisor.setDaemon(true);
    }

    /**
     * Opens the store: reads the newest revision, and begins to open the log. Where the files cannot be read, this waits for the log,
     * which may have the newest revision.
     *
     * @param data the data directory, which the caller has locked
     */
    public static RaftRevisionStore open(Path data, RandomGenerator random) {
        RaftRevisionStore store = new RaftRevisionStore(data, FileRevisionStore.open(data), random);
        store.supervisor.start();
        if (store.files.recovery().isPresent()) {
            store.awaitOpen();
        }
        return store;
    }

    /**
     * Registers who hears of what was found damaged and made up for, one sentence each, now and later. Where a file is damaged, this
     * waits for the log, which may have the revision.
     */
    public void onProblems(Consumer<List<String>> listener) {
        if (!files.problems().isEmpty()) {
            awaitOpen();
        }
        lock.lock();
        try {
            problems.tell(listener);
            problems.report(files.problems(), logs.problems());
        } finally {
            lock.unlock();
        }
    }

    /** Returns why there is no revision though there should be one; empty: the store could be read. */
    public Optional<String> recovery() {
        return files.recovery();
    }

    /** Returns why nothing can be committed now; empty: something can, or the log is being opened. */
    public Optional<String> failure() {
        lock.lock();
        try {
            return group == null && !failure.isEmpty() ? Optional.of(failure) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void supervise() {
        lock.lock();
        try {
            while (!closed) {
                if (group != null && group.isAlive()) {
                    changed.await();
                } else if (!reopen()) {
                    long unused = changed.awaitNanos(RETRY.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        Thread.ofVirtual().start(() -> {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        });
    }

    /** Opens the log, again if it was open, and returns whether it is. The caller holds the lock. */
    private boolean reopen() {
        if (closed) {
            return false;
        }
        boolean again = group != null || !failure.isEmpty();
        if (group != null) {
            group.close();
            group = null;
        }
        try {
            group = logs.open(new RevisionMachine.Sink() {
                @Override
                public void committed(long number, byte[] bytes) {
                    record(number, bytes);
                }

                @Override
                public void force() throws IOException {
                    files.force();
                }
            }, this::wake, OPEN_LIMIT);
            settle();
            failure = "";
            if (again) {
                LOG.log(System.Logger.Level.WARNING, "the store is open again, at revision "
                        + files.last().map(Revision::number).orElse(0L));
            }
            problems.report(files.problems(), logs.problems());
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            if (!reason.equals(failure)) {
                LOG.log(System.Logger.Level.ERROR, "the store cannot be opened: " + reason + "; tried again every "
                        + RETRY.toSeconds() + " s");
            }
            failure = reason;
        }
        changed.signalAll();
        return group != null;
    }

    /** Makes the newest revision of the log the newest of the files, or the other way where the files have a newer one. */
    private void settle() throws IOException {
        long inFiles = files.last().map(Revision::number).orElse(0L);
        if (logs.newest() < inFiles && group != null) {
            byte[] bytes = files.bytes(inFiles).orElseThrow(() -> new IOException("revision " + inFiles + " is gone"));
            commit(group, LogRecord.encode(random.nextLong(), LogRecord.Terms.IMPORT, logs.newest(), inFiles,
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
        Revision revision = committing;
        if (revision != null && revision.number() == number) {
            files.publish(revision, bytes);
        }
    }

    @Override
    public void awaitNewest() {
        awaitOpen();
    }

    /** Waits until the log is open or could not be opened. */
    private void awaitOpen() {
        lock.lock();
        try {
            long left = OPEN_LIMIT.toNanos();
            while (group == null && failure.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
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
    public void begin(Revision newest, Map<Long, byte[]> before) {
        lock.lock();
        try {
            awaitOpen();
            files.load(before);
            commit(newest, LogRecord.Terms.IMPORT, 0);
        } finally {
            lock.unlock();
        }
    }

    private void commit(Revision revision, LogRecord.Terms terms, long expectedLast) {
        lock.lock();
        try {
            awaitOpen();
            long newest = files.last().map(Revision::number).orElse(0L);
            if (newest != expectedLast) {
                throw new StaleRevisionException(expectedLast, newest);
            }
            byte[] bytes = RevisionCodec.write(revision);
            if (group == null || !group.isAlive()) {
                reopen();
            }
            RaftGroup open = group;
            if (open == null) {
                throw new StoreException("the store is not open: " + (failure.isEmpty() ? "it is slow" : failure),
                        null);
            }
            files.beginAnew();
            FreeSpace.check(data, bytes.length);
            committing = revision;
            commit(open, revision, bytes, LogRecord.encode(random.nextLong(), terms, expectedLast, revision.number(),
                    logs.newestBytes(), bytes));
        } finally {
            committing = null;
            lock.unlock();
        }
    }

    private void commit(RaftGroup open, Revision revision, byte[] bytes, List<byte[]> entries) {
        RevisionMachine.Reply reply;
        try {
            reply = commit(open, entries);
        } catch (IOException e) {
            reopen();
            if (files.newestChecksum() == FileRevisionStore.checksum(bytes)) {
                forceFiles(); // the log is read from memory, and may not be on the disk
                return;
            }
            throw new StoreException("revision " + revision.number() + " could not be stored: " + e.getMessage()
                    + (group == null ? "; whether it was will be seen when the store is open again" : ""), e);
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

    private static RevisionMachine.Reply commit(RaftGroup group, List<byte[]> entries) throws IOException {
        for (byte[] piece : entries.subList(0, entries.size() - 1)) {
            group.commit(piece, COMMIT_LIMIT);
        }
        return group.commit(entries.getLast(), COMMIT_LIMIT);
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
    public List<Long> numbers() {
        return files.numbers();
    }

    @Override
    public Follower follow(long from) {
        return files.follow(from);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            if (group != null) {
                group.close();
                group = null;
            }
        } finally {
            lock.unlock();
        }
        try {
            supervisor.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        files.close();
    }
}
