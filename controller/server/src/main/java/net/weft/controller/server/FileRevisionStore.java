package net.weft.controller.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import net.weft.controller.model.revision.NewestRevision;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.StaleRevisionException;

/**
 * Stores revisions as plain files, one for each, in the directory {@code revisions}. {@link #append} forces a revision to disk, so that
 * a crash leaves a complete revision or none; {@link #record} leaves that to a log that has the revision already. A damaged file is
 * renamed with a line in the log, and the revision before it becomes the newest. If there are revisions but none can be read, the store
 * is in {@linkplain #recovery recovery}.
 */
public final class FileRevisionStore implements RevisionStore {
    /** Number of revisions kept; older files are removed. */
    static final int KEPT = 10_000;
    /** Most bytes of all revisions together; older files are removed, except the newest {@value #ALWAYS_KEPT}. */
    private static final long MOST_BYTES = 4L << 30;
    private static final int ALWAYS_KEPT = 100;
    private static final System.Logger LOG = System.getLogger(FileRevisionStore.class.getName());
    /** Ending of the names of revisions that a fabric which began anew has left behind. */
    private static final String UNREAD = ".unread";

    private final RevisionDirectory directory;
    private final NewestRevision newest = new NewestRevision();
    private final DamagedFiles damaged;
    private final StoreSize size;
    private final Packer packer;
    private final RevisionHeaders headers;
    private final GivenNumbers given;
    private volatile Optional<String> recovery = Optional.empty();
    private volatile long newestChecksum;
    private boolean hasBegunAnew;

    /**
     * Opens the store and reads the newest revision.
     *
     * @param data the data directory, which the caller has locked
     */
    public static FileRevisionStore open(Path data) {
        return open(data, MOST_BYTES, ALWAYS_KEPT, task -> Thread.ofVirtual().start(task));
    }

    /** Opens the store with other bounds of its size. */
    static FileRevisionStore open(Path data, long mostBytes, int alwaysKept, Executor counter) {
        FileRevisionStore store = new FileRevisionStore(data.resolve("revisions"), mostBytes, alwaysKept,
                counter);
        try {
            store.start();
        } catch (StoreException e) {
            store.recovery = Optional.of(String.valueOf(e.getMessage()));
        }
        return store;
    }

    private FileRevisionStore(Path path, long mostBytes, int alwaysKept, Executor counter) {
        directory = new RevisionDirectory(path);
        damaged = new DamagedFiles(directory);
        HeaderIndex index = new HeaderIndex(path.resolve("headers"), KEPT);
        headers = new RevisionHeaders(index, newest::number, this::readHeader);
        given = new GivenNumbers(directory, index);
        packer = new Packer(directory, counter);
        size = new StoreSize(directory, this::numbers, mostBytes, alwaysKept, counter);
    }

    private void start() {
        try {
            directory.prepare();
        } catch (IOException e) {
            throw new StoreException(directory.path() + ": cannot be used as the store: " + reason(e), e);
        }
        for (long number : numbers().reversed()) {
            try {
                byte[] bytes = directory.read(number)
                        .orElseThrow(() -> new NoSuchFileException(directory.file(number).toString()));
                newest.set(decoded(number, bytes));
                newestChecksum = checksum(bytes);
                return;
            } catch (IOException e) {
                throw new StoreException(directory.file(number) + ": the revision cannot be read: " + reason(e), e);
            } catch (RevisionCodec.DamagedException e) {
                damaged.setAside(number, e);
            }
        }
        damaged.checkNone();
    }

    /** Returns why there is no revision though there should be one; empty: the store could be read. */
    public Optional<String> recovery() {
        return recovery;
    }

    /** Returns what was found damaged and made up for, one sentence each. */
    public List<String> problems() {
        return damaged.problems();
    }

    @Override
    public Optional<Revision> last() {
        return newest.get();
    }

    /** Returns the CRC-32C of the bytes of the newest revision; 0 if there is none. */
    public long newestChecksum() {
        return newestChecksum;
    }

    /** Returns the numbers that revisions have had. */
    public GivenNumbers given() {
        return given;
    }

    @Override
    public long highest() {
        return given.highest();
    }

    @Override
    public void lost(long number) {
        given.lost(number);
    }

    @Override
    public boolean isKept(long number) {
        return directory.has(number);
    }

    @Override
    public Optional<byte[]> bytes(long number) {
        try {
            return directory.read(number);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Revision> get(long number) {
        try {
            Optional<byte[]> bytes = directory.read(number);
            return bytes.isPresent() ? Optional.of(decoded(number, bytes.get())) : Optional.empty();
        } catch (IOException | RevisionCodec.DamagedException e) {
            throw new StoreException(directory.file(number) + ": " + reason(e), e);
        }
    }

    @Override
    public List<RevisionHeader> headers(long before, int limit) {
        long last = newest.number();
        return headers.below(before == 0 || before > last ? last + 1 : before, Math.max(0, last - KEPT), limit);
    }

    private Optional<RevisionHeader> readHeader(long number) {
        try (InputStream input = new BufferedInputStream(directory.open(number))) {
            return Optional.of(RevisionCodec.readHeader(input));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | RevisionCodec.DamagedException e) {
            LOG.log(System.Logger.Level.WARNING,
                    directory.file(number) + ": left out of the history: " + reason(e));
            return Optional.empty();
        }
    }

    @Override
    public List<Long> numbers() {
        try {
            return directory.numbers();
        } catch (IOException e) {
            throw new StoreException(directory.path() + ": cannot be read: " + reason(e), e);
        }
    }

    @Override
    public Follower follow(long from) {
        return newest.follow(from);
    }

    @Override
    public synchronized void append(Revision revision, long expectedLast) {
        if (newest.number() != expectedLast) {
            throw new StaleRevisionException(expectedLast, newest.number());
        }
        given.check(revision.number(), expectedLast);
        beginAnew();
        store(revision);
    }

    /** Sets aside every revision that is left after a start that could read none, so that none of them is ever the newest. */
    public synchronized void beginAnew() {
        if (recovery.isEmpty() || hasBegunAnew) {
            return;
        }
        try {
            directory.prepare();
            headers.clear();
            for (long number : numbers()) {
                directory.rename(number, UNREAD);
            }
            hasBegunAnew = true;
        } catch (IOException e) {
            throw new StoreException(directory.path() + ": the revisions that could not be read cannot be set aside: "
                    + reason(e), e);
        }
    }

    @Override
    public synchronized void amend(Revision revision) {
        if (newest.number() != revision.number()) {
            throw new StaleRevisionException(revision.number(), newest.number());
        }
        store(revision);
    }

    private void store(Revision revision) {
        byte[] bytes = RevisionCodec.write(revision);
        try {
            directory.write(revision.number(), bytes);
        } catch (IOException e) {
            throw new StoreException(
                    directory.file(revision.number()) + ": the revision could not be written: " + reason(e), e);
        }
        publish(revision, bytes);
        size.appended(revision.number());
    }

    /**
     * Takes over a revision that a log has on disk already. If its file cannot be written now, it is written later, at {@link #force}.
     *
     * @param bytes the encoded revision
     */
    public synchronized void record(long number, byte[] bytes) {
        damaged.restored(number);
        directory.record(number, bytes);
        size.appended(number);
    }

    /** Returns whether a recorded revision has no file yet. */
    public boolean isBehind() {
        return directory.hasUnwritten();
    }

    /** Makes every recorded revision survive a crash of the host. */
    public void force() throws IOException {
        directory.force();
        headers.force();
    }

    @Override
    public synchronized void begin(Revision first, EarlierRevisions before) {
        load(before, () -> store(first));
    }

    /**
     * Writes the files of revisions before the first newest one. None of them counts unless that is stored.
     *
     * @param store stores the newest one
     * @throws StaleRevisionException if there is a newest one
     * @throws StoreException if they could not be written, or what {@code store} throws; then nothing has changed
     */
    public void load(EarlierRevisions before, Runnable store) {
        if (newest.number() != 0) {
            throw new StaleRevisionException(0, newest.number());
        }
        beginAnew();
        List<Long> staged = new ArrayList<>();
        try {
            before.forEach((number, bytes) -> {
                staged.add(number);
                directory.stage(number, bytes);
            });
            store.run();
            for (long number : staged) {
                directory.release(number);
            }
            force();
            staged.forEach(packer::add);
            staged.clear();
        } catch (IOException e) {
            throw new StoreException(directory.path() + ": the revisions could not be written: " + reason(e), e);
        } finally {
            staged.forEach(directory::discard);
        }
        size.recount(newest.number());
    }

    /** Makes a recorded revision the newest, which followers get. */
    public synchronized void publish(Revision revision, byte[] bytes) {
        recovery = Optional.empty();
        headers.put(revision.header());
        given.stored(revision.number());
        newestChecksum = checksum(bytes);
        newest.set(revision);
        removeOld(revision.number() - KEPT);
        packer.add(revision.number() - 1);
    }

    @Override
    public void close() {
        // Nothing is open between calls.
    }

    private static Revision decoded(long number, byte[] bytes) throws RevisionCodec.DamagedException {
        Revision revision = RevisionCodec.read(bytes);
        if (revision.number() != number) {
            throw new RevisionCodec.DamagedException("it holds revision " + revision.number());
        }
        return revision;
    }

    /** Returns the CRC-32C of the bytes of a revision. */
    public static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private void removeOld(long upTo) {
        try {
            for (long number = upTo; number > 0 && directory.remove(number); number--) {
                LOG.log(System.Logger.Level.DEBUG, "removed revision {0}", number);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: an old revision cannot be removed: {1}", directory.path(),
                    reason(e));
        }
    }

    private static String reason(Exception e) {
        return FileErrors.of(e);
    }
}
