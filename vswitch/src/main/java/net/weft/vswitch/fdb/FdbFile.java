package net.weft.vswitch.fdb;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import net.weft.linux.Fd;
import net.weft.linux.FileFaults;
import net.weft.linux.FileStatus;
import net.weft.linux.LinuxException;
import net.weft.linux.Memory;
import net.weft.linux.OwnFile;

/**
 * The file that keeps MAC entries over a restart. It is complete at any moment: each image is written to a second file
 * and renamed. Nothing is synced to disk, since the content is not valid after a reboot. A fault of the file is logged
 * and only loses the entries. One thread.
 */
public final class FdbFile {
    private static final System.Logger LOG = System.getLogger(FdbFile.class.getName());
    private static final String MODE = "rw-------";

    private final Path path;
    private final Path next;
    private boolean failing;

    /** @param path in a directory that only this process writes */
    public FdbFile(Path path) {
        this.path = path;
        next = path.resolveSibling(path.getFileName() + ".new");
    }

    /**
     * Loads the file. Returns {@link FdbImage.Content#NONE} if it does not exist, cannot be read, or was written before
     * a reboot.
     */
    public FdbImage.Content load(FdbImage image) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return FdbImage.Content.NONE;
        }
        try {
            return image.read(bytes());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING,
                    path + ": stations are learned anew, as this file cannot be used: " + FileFaults.reason(e));
            return FdbImage.Content.NONE;
        }
    }

    private ByteBuffer bytes() throws IOException {
        try (Fd file = OwnFile.open(path, Fd.O_RDONLY); Arena arena = Arena.ofConfined()) {
            long size = FileStatus.of(file).bytes();
            if (size > FdbImage.MAX_BYTES) {
                throw new IOException("it has " + size + " bytes, expected " + FdbImage.MAX_BYTES + " at most");
            }
            long at = arena.allocate(Math.max(1, size)).address();
            byte[] bytes = new byte[(int) size];
            long read = 0;
            long got = 1;
            while (read < size && got > 0) {
                got = file.readAt(read, at + read, size - read);
                read += Math.max(0, got);
            }
            Memory.copy(at, bytes, 0, (int) read);
            return ByteBuffer.wrap(bytes, 0, (int) read);
        } catch (LinuxException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Replaces the file.
     * @return whether the file was written; only the first of several successive failures is logged
     */
    public boolean save(ByteBuffer image) {
        try {
            Files.deleteIfExists(next);
            try (FileChannel file = FileChannel.open(next, Set.of(CREATE_NEW, WRITE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)))) {
                while (image.hasRemaining()) {
                    file.write(image);
                }
            }
            Files.move(next, path, ATOMIC_MOVE);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.log(System.Logger.Level.WARNING,
                        path + ": stations will not outlive a restart, as this file cannot be written: "
                                + FileFaults.reason(e));
            }
            failing = true;
        }
        return !failing;
    }
}
