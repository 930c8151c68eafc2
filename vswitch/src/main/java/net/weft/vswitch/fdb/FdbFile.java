package net.weft.vswitch.fdb;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import net.weft.linux.FileFaults;

/**
 * The file of stations, whole at any moment: each image is written beside it and renamed to it. Nothing is synced, as what it says
 * does not outlive the kernel. Whatever is wrong with it is logged and costs no more than what it knew. One thread.
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

    /** What it says; nothing where it does not exist, cannot be read, or is of another boot of the machine. */
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
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is no regular file");
        }
        try (FileChannel file = FileChannel.open(path, Set.of(READ, LinkOption.NOFOLLOW_LINKS))) {
            if (file.size() > FdbImage.MAX_BYTES) {
                throw new IOException("it has " + file.size() + " bytes, expected " + FdbImage.MAX_BYTES
                        + " at most");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                continue;
            }
            return bytes.flip();
        }
    }

    /**
     * Replaces it.
     *
     * @return whether that could be done; the first of several failures is logged
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
