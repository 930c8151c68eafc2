package net.weft.controller.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.weft.controller.model.revision.NewestRevision;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.StaleRevisionException;

/**
 * Stores revisions as plain files, {@code revisions/0000000007.json}, one for each. A revision is written under a
 * temporary name, forced to disk and renamed, and the directory is forced too, so that a crash leaves a complete
 * revision or none. A damaged file is renamed with a line in the log, and the revision before it becomes the newest.
 * If there are revisions but none can be read, the store is in {@linkplain #recovery recovery}.
 */
public final class FileRevisionStore implements RevisionStore {
    /** Number of revisions kept; older files are removed. */
    static final int KEPT = 10_000;
    /** Most bytes of all revisions together; older files are removed, except the newest {@value #ALWAYS_KEPT}. */
    private static final long MOST_BYTES = 4L << 30;
    private static final int ALWAYS_KEPT = 100;
    private static final System.Logger LOG = System.getLogger(FileRevisionStore.class.getName());
    private static final String DAMAGED = ".damaged";
    /** Ending of the names of revisions that a fabric which began anew has left behind. */
    private static final String UNREAD = ".unread";
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.json");

    private final Path directory;
    private final NewestRevision newest = new NewestRevision();
    private final List<String> problems = new ArrayList<>();
    private final StoreSize size;
    private final RevisionHeaders headers = new RevisionHeaders(KEPT, this::readHeader);
    private Optional<String> recovery = Optional.empty();

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

    private FileRevisionStore(Path directory, long mostBytes, int alwaysKept, Executor counter) {
        this.directory = directory;
        size = new StoreSize(this::file, this::numbers, mostBytes, alwaysKept, counter);
    }

    private void start() {
        try {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            removeLeftovers();
        } catch (IOException e) {
            throw new StoreException(directory + ": cannot be used as the store: " + reason(e), e);
        }
        for (long number : numbers().reversed()) {
            try {
                newest.set(read(number));
                return;
            } catch (IOException e) {
                throw new StoreException(file(number) + ": the revision cannot be read: " + reason(e), e);
            } catch (RevisionCodec.DamagedException e) {
                setAside(number, e);
            }
        }
        long damaged = count(DAMAGED);
        if (damaged > 0) {
            throw new StoreException(directory + ": none of the revisions can be read; kept here as *" + DAMAGED + ": "
                    + damaged + ". Put a good copy of one back under its name without " + DAMAGED
                    + " and start weft up again, or begin anew with `weft apply -f FILE`", null);
        }
    }

    /** Returns why there is no revision though there should be one; empty: the store could be read. */
    public Optional<String> recovery() {
        return recovery;
    }

    /** Returns what was found damaged and made up for, one sentence each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private long count(String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        } catch (IOException e) {
            throw new StoreException(directory + ": cannot be read: " + reason(e), e);
        }
    }

    @Override
    public Optional<Revision> last() {
        return newest.get();
    }

    @Override
    public Optional<Revision> get(long number) {
        try {
            return Files.exists(file(number)) ? Optional.of(read(number)) : Optional.empty();
        } catch (IOException | RevisionCodec.DamagedException e) {
            throw new StoreException(file(number) + ": " + reason(e), e);
        }
    }

    @Override
    public List<RevisionHeader> headers(long before, int limit) {
        long last = newest.number();
        return headers.below(before == 0 || before > last ? last + 1 : before, Math.max(0, last - KEPT), limit);
    }

    private Optional<RevisionHeader> readHeader(long number) {
        try (InputStream input = Files.newInputStream(file(number))) {
            return Optional.of(RevisionCodec.readHeader(input));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | RevisionCodec.DamagedException e) {
            LOG.log(System.Logger.Level.WARNING, file(number) + ": left out of the history: " + reason(e));
            return Optional.empty();
        }
    }

    @Override
    public List<Long> numbers() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString())).filter(name -> name.matches())
                    .map(name -> Long.valueOf(name.group(1))).sorted().toList();
        } catch (IOException e) {
            throw new StoreException(directory + ": cannot be read: " + reason(e), e);
        }
    }

    @Override
    public Follower follow(long from) {
        return newest.follow(from);
    }

    @Override
    public void append(Revision revision, long expectedLast) {
        if (newest.number() != expectedLast) {
            throw new StaleRevisionException(expectedLast, newest.number());
        }
        if (revision.number() != expectedLast + 1) {
            throw new IllegalArgumentException("revision " + revision.number() + ": expected " + (expectedLast + 1));
        }
        if (recovery.isPresent()) {
            leaveBehind();
        }
        store(revision);
        recovery = Optional.empty();
        removeOld(revision.number() - KEPT);
        size.appended(revision.number());
    }

    /** Sets aside every revision that is left after a start that could read none, so that none of them is ever the newest. */
    private void leaveBehind() {
        try {
            Files.createDirectories(directory);
            for (long number : numbers()) {
                Files.move(file(number), directory.resolve(file(number).getFileName() + UNREAD),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new StoreException(directory + ": the revisions that could not be read cannot be set aside: "
                    + reason(e), e);
        }
    }

    @Override
    public void amend(Revision revision) {
        if (newest.number() != revision.number()) {
            throw new StaleRevisionException(revision.number(), newest.number());
        }
        store(revision);
    }

    private void store(Revision revision) {
        Path file = file(revision.number());
        Path unfinished = directory.resolve(file.getFileName() + ".new");
        try {
            writeAndForce(unfinished, RevisionCodec.write(revision));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            forceDirectory();
        } catch (IOException e) {
            throw new StoreException(file + ": the revision could not be written: " + reason(e), e);
        }
        headers.put(revision.header());
        newest.set(revision);
    }

    @Override
    public void close() {
        // Nothing is open between calls.
    }

    private Revision read(long number) throws IOException, RevisionCodec.DamagedException {
        Revision revision = RevisionCodec.read(Files.readAllBytes(file(number)));
        if (revision.number() != number) {
            throw new RevisionCodec.DamagedException("it holds revision " + revision.number());
        }
        return revision;
    }

    private void setAside(long number, Exception why) {
        Path file = file(number);
        String problem = file + ": revision " + number + " is damaged (" + reason(why) + "); set aside as "
                + file.getFileName() + DAMAGED + ", the revision before it counts";
        problems.add(problem);
        LOG.log(System.Logger.Level.ERROR, problem);
        try {
            Files.move(file, directory.resolve(file.getFileName() + DAMAGED), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, file + ": damaged, and cannot be set aside: " + reason(e));
        }
    }

    private void writeAndForce(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void removeLeftovers() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".new")).toList()) {
                Files.delete(file);
            }
        }
    }

    private void removeOld(long upTo) {
        try {
            for (long number = upTo; number > 0 && Files.deleteIfExists(file(number)); number--) {
                LOG.log(System.Logger.Level.DEBUG, "removed revision {0}", number);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: an old revision cannot be removed: {1}", directory, reason(e));
        }
    }

    private Path file(long number) {
        return directory.resolve(String.format(Locale.ROOT, "%010d.json", number));
    }

    private static String reason(Exception e) {
        return FileErrors.of(e);
    }
}
