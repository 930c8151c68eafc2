package net.weft.vswitch.zoning;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Memory that outlives the process: a sparse file, mapped. It belongs to one process at a time, which a lock sees to. Where there is no
 * file, or it cannot be had, memory of the process's own takes its place: connections then end with it.
 */
final class ConnectionFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConnectionFile.class.getName());
    private static final String MODE = "rw-------";

    private final Arena arena = Arena.ofShared();
    private @Nullable FileChannel channel;
    private final MemorySegment memory;

    /** @param path null for no file */
    ConnectionFile(@Nullable Path path, long bytes) {
        memory = path == null ? arena.allocate(bytes, Long.BYTES) : open(path, bytes);
    }

    MemorySegment memory() {
        return memory;
    }

    private MemorySegment open(Path path, long bytes) {
        try {
            FileChannel file = FileChannel.open(path, Set.of(CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
            channel = file;
            if (file.tryLock() == null) {
                throw new IOException("another process uses it");
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
            return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
        } catch (IOException | OverlappingFileLockException e) {
            LOG.log(System.Logger.Level.WARNING,
                    path + ": connections will not outlive a restart, as this file cannot be used: " + e.getMessage());
            closeChannel();
            return arena.allocate(bytes, Long.BYTES);
        }
    }

    private void closeChannel() {
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

    /** Nobody may touch the memory any more. */
    @Override
    public void close() {
        arena.close();
        closeChannel();
    }
}
