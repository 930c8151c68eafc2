package net.weft.controller.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory with one file for each revision, {@code 0000000007.json}. A file is written under a temporary name and renamed, so that
 * its name never stands for half a revision while the host runs; only what was forced is whole after a crash of the host.
 */
final class RevisionDirectory {
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.json");
    private static final String UNFINISHED = ".new";

    private static final System.Logger LOG = System.getLogger(RevisionDirectory.class.getName());

    private final Path directory;
    private final Map<Long, byte[]> unwritten = new LinkedHashMap<>();
    private final Set<Long> unforced = new TreeSet<>();

    RevisionDirectory(Path directory) {
        this.directory = directory;
    }

    Path path() {
        return directory;
    }

    /** Creates the directory if it is missing, with mode 0700, and removes what a crash has left unfinished. */
    void prepare() throws IOException {
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(UNFINISHED)).toList()) {
                Files.delete(file);
            }
        }
    }

    Path file(long number) {
        return directory.resolve(String.format(Locale.ROOT, "%010d.json", number));
    }

    /** Returns the numbers of the files, ascending. */
    List<Long> numbers() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString())).filter(name -> name.matches())
                    .map(name -> Long.valueOf(name.group(1))).sorted().toList();
        }
    }

    /** Counts the files whose name ends so. */
    long count(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        }
    }

    /** Returns the bytes of a revision; empty if there is none. */
    Optional<byte[]> read(long number) throws IOException {
        synchronized (this) {
            byte[] waiting = unwritten.get(number);
            if (waiting != null) {
                return Optional.of(waiting);
            }
        }
        try {
            return Optional.of(Files.readAllBytes(file(number)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Writes a file, or replaces it. When this returns, it survives a crash of the host. */
    void write(long number, byte[] bytes) throws IOException {
        write(number, bytes, true);
    }

    /** Writes a file without forcing it to disk; if that fails, it is tried again at {@link #force}. */
    synchronized void record(long number, byte[] bytes) {
        unwritten.put(number, bytes);
        try {
            writeWaiting();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING,
                    file(number) + ": the file is written later, the log has the revision: " + FileErrors.of(e));
        }
    }

    /** Returns whether a recorded revision has no file yet, because that could not be written. */
    synchronized boolean hasUnwritten() {
        return !unwritten.isEmpty();
    }

    private void writeWaiting() throws IOException {
        for (Map.Entry<Long, byte[]> waiting : List.copyOf(unwritten.entrySet())) {
            write(waiting.getKey(), waiting.getValue(), false);
            unwritten.remove(waiting.getKey());
            unforced.add(waiting.getKey());
        }
    }

    /** Makes every recorded file survive a crash of the host. */
    synchronized void force() throws IOException {
        writeWaiting();
        for (long number : unforced) {
            if (Files.exists(file(number))) {
                try (FileChannel channel = FileChannel.open(file(number), StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
        if (!unforced.isEmpty()) {
            forceNames();
        }
        unforced.clear();
    }

    private void write(long number, byte[] bytes, boolean force) throws IOException {
        writeUnfinished(number, bytes, force);
        finish(number);
        if (force) {
            forceNames();
        }
    }

    /** Writes a file under a temporary name, which the next start removes; {@link #finish} gives it its own. */
    void stage(long number, byte[] bytes) throws IOException {
        writeUnfinished(number, bytes, false);
    }

    /** Gives a staged file its name. It is forced to disk at the next {@link #force}. */
    synchronized void release(long number) throws IOException {
        finish(number);
        unforced.add(number);
    }

    private Path unfinished(long number) {
        return directory.resolve(file(number).getFileName() + UNFINISHED);
    }

    private void finish(long number) throws IOException {
        Files.move(unfinished(number), file(number), StandardCopyOption.ATOMIC_MOVE);
    }

    private void writeUnfinished(long number, byte[] bytes, boolean force) throws IOException {
        Path unfinished = unfinished(number);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (force) {
                channel.force(true);
            }
        } catch (IOException e) {
            discard(number);
            throw e;
        }
    }

    /** Frees the space of a file that could not be written, or is not wanted any more before it got its name. */
    void discard(long number) {
        try {
            Files.deleteIfExists(unfinished(number));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "unfinished", e);
        }
    }

    private void forceNames() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Renames a file, so that it is no revision any more. */
    void rename(long number, String suffix) throws IOException {
        Files.move(file(number), directory.resolve(file(number).getFileName() + suffix),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns whether there was a file to remove. */
    boolean remove(long number) throws IOException {
        return Files.deleteIfExists(file(number));
    }
}
