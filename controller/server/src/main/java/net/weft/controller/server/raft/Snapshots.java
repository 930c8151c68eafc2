package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.weft.controller.server.StoreException;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;

/**
 * The snapshots of a log: each has the newest revision at one position of it, so that the older part of the log can go. The revisions
 * before lie in files that were forced to disk. A snapshot is a line with its length and CRC-32C, then the revision.
 */
final class Snapshots implements StateMachineStorage {
    private static final String MAGIC = "weft-snapshot-1";
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");

    private final Path directory;
    private volatile Snapshot latest;

    /**
     * One snapshot.
     *
     * @param position the last entry of the log that is in it
     * @param number number of the newest revision; 0 for none
     * @param bytes the newest revision
     */
    record Snapshot(TermIndex position, long number, byte[] bytes) {
        /** The snapshot that a new log begins with, where an installed one would have its position. */
        static Snapshot first(long number, byte[] bytes) {
            return new Snapshot(TermIndex.valueOf(0, 0), number, bytes);
        }
    }

    private Snapshots(Path directory, Snapshot latest) {
        this.directory = directory;
        this.latest = latest;
    }

    /**
     * Opens the snapshots of a log and reads the newest.
     *
     * @throws StoreException if it cannot be read, or there is none
     */
    static Snapshots open(Path directory) {
        try {
            List<Path> found = newestFirst(directory);
            if (found.isEmpty()) {
                throw new StoreException(directory + ": the snapshot of the log is missing", null);
            }
            return new Snapshots(directory, read(found.getFirst()));
        } catch (IOException e) {
            throw new StoreException(directory + ": the snapshot of the log cannot be read: " + e.getMessage(), e);
        }
    }

    /** Begins a log with a snapshot, and removes those of a log before. */
    static Snapshots begin(Path directory, Snapshot first) throws IOException {
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path old : newestFirst(directory)) {
            Files.delete(old);
        }
        Snapshots snapshots = new Snapshots(directory, first);
        snapshots.save(first.position(), first.number(), first.bytes());
        return snapshots;
    }

    private static List<Path> newestFirst(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(Snapshots::index).reversed()).toList();
        }
    }

    private static long index(Path file) {
        return position(file).getIndex();
    }

    private static TermIndex position(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file.toString());
        }
        return TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    private static Snapshot read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int end = 0;
        while (end < all.length && all[end] != '\n') {
            end++;
        }
        String[] head = new String(all, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
        byte[] bytes = Arrays.copyOfRange(all, Math.min(all.length, end + 1), all.length);
        if (head.length != 3 || !head[0].equals(MAGIC) || !head(head[1], bytes).equals(String.join(" ", head))) {
            throw new IOException(file.getFileName() + " is damaged: its length or checksum does not match");
        }
        return new Snapshot(position(file), Long.parseLong(head[1]), bytes);
    }

    private static String head(String number, byte[] bytes) {
        return String.format(Locale.ROOT, "%s %s %08x", MAGIC, number, NewestBytes.checksum(bytes));
    }

    /** Writes a snapshot and forces it to disk. */
    void save(TermIndex position, long number, byte[] bytes) throws IOException {
        Path file = directory.resolve("snapshot." + position.getTerm() + "_" + position.getIndex());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        byte[] head = (head(Long.toString(number), bytes) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            for (byte[] part : List.of(head, bytes)) {
                ByteBuffer buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        latest = new Snapshot(position, number, bytes);
    }

    Snapshot latest() {
        return latest;
    }

    @Override
    public void init(RaftStorage storage) {
        // The snapshots were opened before the log.
    }

    @Override
    public SnapshotInfo getLatestSnapshot() {
        TermIndex position = latest.position();
        Path file = directory.resolve("snapshot." + position.getTerm() + "_" + position.getIndex());
        return new FileListSnapshotInfo(List.of(new FileInfo(file, null)), position);
    }

    @Override
    public void format() {
        // A log begins with the snapshot that begin() writes.
    }

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        List<Path> all = newestFirst(directory);
        for (Path old : all.subList(Math.min(all.size(), 1), all.size())) {
            Files.delete(old);
        }
    }
}
