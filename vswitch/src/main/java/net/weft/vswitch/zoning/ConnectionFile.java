package net.weft.vswitch.zoning;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import net.weft.linux.Fd;
import net.weft.linux.FileFaults;
import net.weft.linux.FileStatus;
import net.weft.linux.LinuxException;
import net.weft.linux.OwnFile;
import net.weft.zone.track.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * Memory that outlives the process: a mapped file. A lock ensures that one process at a time uses it, and all its space
 * is allocated at the start, so that a full file system is detected now and not by a worker. Without a file, or when it
 * cannot be used, memory of the process replaces it: connections then end with the process.
 */
final class ConnectionFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConnectionFile.class.getName());
    private static final String MODE = "rw-------";
    private static final long MIB = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private @Nullable FileChannel channel;
    /**
     * The descriptor that holds the lock; it stays open as long as the channel, because closing it would release the
     * lock.
     */
    private @Nullable Fd fd;
    private final MemorySegment memory;
    /** The space that the file had when all of it was allocated, bytes. */
    private long allocatedBytes;

    /**
     * @param path null for no file
     * @param bytes size of the memory
     * @param inspect classifies the content; it is discarded unless the result is {@link Attachment#RESUMED}
     */
    ConnectionFile(@Nullable Path path, long bytes, Function<MemorySegment, Attachment> inspect) {
        memory = path == null ? arena.allocate(bytes, Long.BYTES) : open(path, bytes, inspect);
    }

    MemorySegment memory() {
        return memory;
    }

    private MemorySegment open(Path path, long bytes, Function<MemorySegment, Attachment> inspect) {
        try {
            Fd room = OwnFile.open(path, Fd.O_RDWR | Fd.O_CREAT);
            fd = room;
            Path opened = Path.of("/proc/self/fd", Integer.toString(room.number()));
            FileChannel file = FileChannel.open(opened, READ, WRITE);
            channel = file;
            if (!lock(file)) {
                throw new IOException("another switch uses it");
            }
            Files.setPosixFilePermissions(opened, PosixFilePermissions.fromString(MODE));
            boolean existed = file.size() > 0;
            room.allocate(bytes);
            if (existed) {
                Attachment found = inspected(file, bytes, inspect);
                LOG.log(found.isLoss() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                        path + ": " + found.label());
                if (found.isNew()) {
                    file.truncate(0);
                    room.allocate(bytes);
                }
            }
            allocatedBytes = FileStatus.of(room).allocatedBytes();
            return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
        } catch (IOException | LinuxException e) {
            LOG.log(System.Logger.Level.WARNING,
                    path + ": connections will not outlive a restart, as this file cannot be used: "
                            + (e instanceof IOException failed ? FileFaults.reason(failed) : e.getMessage())
                            + " (connections.total asks for " + (bytes + MIB - 1) / MIB + " MiB)");
            closeChannel();
            return arena.allocate(bytes, Long.BYTES);
        }
    }

    /**
     * Returns whether pages of the memory are gone, because the file was cut off or a hole was punched into it: then a
     * worker that touches them fails, or finds zeros. Costs one system call; any thread, one at a time.
     */
    boolean isDamaged() {
        Fd now = fd;
        if (now == null || channel == null) {
            return false;
        }
        FileStatus status = FileStatus.of(now);
        return status.bytes() < memory.byteSize() || status.allocatedBytes() < allocatedBytes;
    }

    /** Gives the file up to a successor, and goes on mapping it for the threads that still use it. */
    void abandon() {
        closeChannel();
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static Attachment inspected(FileChannel file, long bytes, Function<MemorySegment, Attachment> inspect)
            throws IOException {
        try (Arena looking = Arena.ofConfined()) {
            return inspect.apply(file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, looking));
        }
    }

    private void closeChannel() {
        Fd room = fd;
        fd = null;
        if (room != null) {
            room.close();
        }
        FileChannel file = channel;
        channel = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing the file of connections", e);
            }
        }
    }

    /** Unmaps the memory. No thread may use it any more. */
    @Override
    public void close() {
        arena.close();
        closeChannel();
    }
}
