package net.weft.controller.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A directory with one file for each revision. A file is written under a temporary name and renamed, so that its name never stands for
 * half a revision while the host runs; only what was forced is whole after a crash of the host. A large one is compressed once it is not
 * the newest any more.
 */
final class RevisionDirectory {
    /** Length from which a revision is compressed; a shorter one would take as many blocks of the disk. */
    private static final int LEAST_PACKED = 16 << 10;
    private static final int BUFFER = 64 << 10;
    private static final System.Logger LOG = System.getLogger(RevisionDirectory.class.getName());

    private final Path directory;
    private final RevisionNames names;
    private final Map<Long, byte[]> unwritten = new LinkedHashMap<>();
    private final Set<Long> unforced = new TreeSet<>();
    private final Set<Long> packing = new TreeSet<>();

    RevisionDirectory(Path directory) {
        this.directory = directory;
        names = new RevisionNames(directory);
    }

    Path path() {
        return directory;
    }

    /** Creates the directory if it is missing, with mode 0700, and removes what a crash has left unfinished. */
    void prepare() throws IOException {
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(RevisionNames.UNFINISHED)).toList()) {
                Files.delete(file);
            }
        }
    }

    RevisionNames names() {
        return names;
    }

    /** Returns the file of a revision, to name it or to ask for its size. */
    Path file(long number) {
        return names.existing(number);
    }

    List<Long> numbers() throws IOException {
        return names.numbers();
    }

    /** Returns the bytes of a revision; empty if there is none. */
    Optional<byte[]> read(long number) throws IOException {
        synchronized (this) {
            byte[] waiting = unwritten.get(number);
            if (waiting != null) {
                return Optional.of(waiting);
            }
        }
        try (InputStream input = open(number)) {
            return Optional.of(input.readAllBytes());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Returns whether a revision is there, or waits to be written. */
    boolean has(long number) {
        synchronized (this) {
            if (unwritten.containsKey(number)) {
                return true;
            }
        }
        return Files.exists(names.plain(number)) || Files.exists(names.packed(number));
    }

    /** Opens the file of a revision to read no more of it than is needed. */
    InputStream open(long number) throws IOException {
        Path plain = names.plain(number);
        Path packed = names.packed(number);
        return Files.exists(plain) || !Files.exists(packed)
                ? Files.newInputStream(plain)
                : new GZIPInputStream(Files.newInputStream(packed), BUFFER);
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
                    names.plain(number) + ": the file is written later, the log has the revision: " + FileErrors.of(e));
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
            if (Files.exists(names.packed(number))) {
                force(names.packed(number));
            } else if (Files.exists(names.plain(number))) {
                force(names.plain(number));
            }
        }
        if (!unforced.isEmpty()) {
            forceNames();
        }
        for (long number : unforced) {
            if (Files.exists(names.packed(number))) {
                Files.deleteIfExists(names.plain(number));
            }
        }
        unforced.clear();
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Compresses the file of a revision that is not the newest, unless it is short. The other one goes at the next {@link #force}, when
     * both are on the disk.
     */
    void pack(long number) throws IOException {
        Path plain = names.plain(number);
        synchronized (this) {
            if (unwritten.containsKey(number) || !Files.exists(plain) || Files.size(plain) < LEAST_PACKED) {
                return;
            }
            packing.add(number);
        }
        Path unfinished = RevisionNames.unfinished(names.packed(number));
        try (InputStream input = Files.newInputStream(plain);
                OutputStream output = new FastGzip(create(unfinished))) {
            input.transferTo(output);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        synchronized (this) {
            if (packing.remove(number)) {
                Files.move(unfinished, names.packed(number), StandardCopyOption.ATOMIC_MOVE);
                unforced.add(number);
            } else {
                Files.deleteIfExists(unfinished); // the revision was written again meanwhile
            }
        }
    }

    private static OutputStream create(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.newOutputStream(file);
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
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
        return RevisionNames.unfinished(names.plain(number));
    }

    private synchronized void finish(long number) throws IOException {
        Files.move(unfinished(number), names.plain(number), StandardCopyOption.ATOMIC_MOVE);
        packing.remove(number);
        Files.deleteIfExists(names.packed(number));
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
        for (Path file : List.of(names.plain(number), names.packed(number))) {
            if (Files.exists(file)) {
                Files.move(file, directory.resolve(file.getFileName() + suffix), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Returns whether there was a file to remove. */
    boolean remove(long number) throws IOException {
        boolean hadPlain = Files.deleteIfExists(names.plain(number));
        return Files.deleteIfExists(names.packed(number)) || hadPlain;
    }

    /** Returns the bytes that a revision takes on the disk; 0 if there is none. */
    long size(long number) throws IOException {
        long size = 0;
        for (Path file : List.of(names.plain(number), names.packed(number))) {
            size += Files.exists(file) ? Files.size(file) : 0;
        }
        return size;
    }
}
